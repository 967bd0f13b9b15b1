"""CSV and Excel to tables."""

import csv
import datetime
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from itertools import zip_longest
from typing import Any

from openpyxl import load_workbook

from app.adapters.parsing.archives import check_office_zip
from app.adapters.parsing.blocks import Block, Reading, Unreadable, heading, paragraph, table
from app.adapters.parsing.encodings import decode

MAX_ROWS = 200_000
MAX_COLUMNS = 500
BLANK_ROWS_TO_END = 1_000
"""A sheet that declares a million rows usually ends long before."""
HEADER_ROWS = 3
FIGURE = re.compile(r"^[-+(]?[\d.,]*\d%?\)?$")
DELIMITERS = ",;\t|"
PROBE_CHARACTERS = 65_536
LONGEST_CELL = 10_000_000


def read_csv(data: bytes) -> Reading:
    """One table, its separator guessed, ragged rows welcome."""
    text = decode(data).replace("\x00", "")
    csv.field_size_limit(LONGEST_CELL)
    delimiter = _delimiter(text[:PROBE_CHARACTERS])
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) >= MAX_ROWS:
                raise Unreadable("document_too_complex")
            rows.append(row[:MAX_COLUMNS])
    except csv.Error:
        raise Unreadable("document_broken") from None
    return Reading(table(rows))


def _delimiter(sample: str) -> str:
    """The separator by which most lines fall into the same number of cells, more than one."""

    def agreement(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter)]
        except csv.Error:
            return 0, 0
        wide = Counter(width for width in widths if width > 1)
        return wide.most_common(1)[0][::-1] if wide else (0, 0)

    return max(DELIMITERS, key=agreement)


def read_xlsx(data: bytes) -> Reading:
    """Each sheet under its name; a blank row parts tables, lines above a table are its caption."""
    check_office_zip(data, "xl/")
    reading = Reading()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions openpyxl does not keep
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        reading.title = str(book.properties.title or "").strip()
        rows_left = MAX_ROWS
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            blocks: list[Block] = []
            for area in _with_headers(_areas(sheet.iter_rows(max_col=MAX_COLUMNS))):
                rows_left -= len(area)
                if rows_left < 0:
                    raise Unreadable("document_too_complex")
                blocks += _captioned(area)
            if blocks:
                reading.blocks += [*heading(sheet.title, 1), *blocks]
    return reading


def _areas(rows: Iterable[Iterable[Any]]) -> Iterator[list[list[str]]]:
    """Runs of rows with something in them, parted by blank ones."""
    area: list[list[str]] = []
    blank = 0
    for row in rows:
        cells = [_shown(cell) for cell in row]
        if any(cells):
            blank = 0
            area.append(cells)
            if len(area) > MAX_ROWS:
                raise Unreadable("document_too_complex")
            continue
        blank += 1
        if area:
            yield area
            area = []
        if blank >= BLANK_ROWS_TO_END:
            return
    if area:
        yield area


def _with_headers(areas: Iterable[list[list[str]]]) -> Iterator[list[list[str]]]:
    """Joins column names to the figures that stand below them behind a blank row."""
    names: list[list[str]] = []
    for area in areas:
        if names and not (_has_figures(area[0]) and _width(area[0]) >= _width(names[-1]) - 1):
            yield names
            names = []
        if len(area) <= HEADER_ROWS and _width(area[-1]) > 1 and not any(map(_has_figures, area)):
            if names:
                yield names
            names = area
            continue
        yield names + area
        names = []
    if names:
        yield names


def _captioned(area: list[list[str]]) -> list[Block]:
    """Leading rows with a single filled cell are said before the table; names over several rows become one header."""
    blocks: list[Block] = []
    while len(area) > 1 and _width(area[0]) == 1 and max(map(_width, area)) > 2:
        blocks += paragraph(next(filter(None, area[0])))
        area = area[1:]
    names = next((number for number, row in enumerate(area) if _has_figures(row)), 0)
    if 1 < names <= HEADER_ROWS:
        header = [" ".join(filter(None, column)) for column in zip_longest(*area[:names], fillvalue="")]
        area = [header, *area[names:]]
    return blocks + table(area)


def _width(row: list[str]) -> int:
    return sum(map(bool, row))


def _has_figures(row: list[str]) -> bool:
    """Whether a row has a number outside its first column."""
    return any(FIGURE.match(cell) for cell in row[1:])


def _shown(cell: Any) -> str:
    """A value as a reader of the sheet sees it, more or less."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, str(getattr(cell, "number_format", "") or ""))
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    return str(value)


def _number(value: int | float, number_format: str) -> str:
    if "%" in number_format:
        return f"{round(value * 100, 6):.12g}%"
    return f"{value:.12g}" if isinstance(value, float) and abs(value) < 1e15 else str(value)
