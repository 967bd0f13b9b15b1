"""Spreadsheets, read and written with openpyxl in a thread and within limits."""

import asyncio
import re
import warnings
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from app.knowledge.errors import FaqFileUnreadable

MOST_BYTES_INSIDE = 200 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 200_001, 50
LONGEST_CELL = 32_767  # Excel's own limit
_MERGED = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_TAIL = 4 * 1024 * 1024


class OpenpyxlSheets:
    """The SheetReader of the room of knowledge."""

    async def rows(self, data: bytes) -> list[list[str]]:
        """The first sheet, every cell as text. Raises FaqFileUnreadable."""
        return await asyncio.to_thread(_read, data)

    async def write(self, rows: Sequence[Sequence[str | float | None]]) -> bytes:
        """One sheet in which every cell is text or a number and none a formula."""
        return await asyncio.to_thread(_write, rows)


def _read(data: bytes) -> list[list[str]]:
    # Imported here: a third of a second and ten megabytes that most processes never need.
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return _first_sheet(data)
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError, EOFError):
        raise FaqFileUnreadable from None


def _first_sheet(data: bytes) -> list[list[str]]:
    from openpyxl import load_workbook

    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_BYTES_INSIDE:
            raise FaqFileUnreadable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions openpyxl does not keep
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        found = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
        rows = [["" if value is None else str(value) for value in row] for row in found]
    finally:
        book.close()
    _fill_merged(rows, data, sheet)
    return rows


def _fill_merged(rows: list[list[str]], data: bytes, sheet: Any) -> None:
    """Puts a merged cell's words into every cell it covers; reading row by row, openpyxl leaves all but one empty."""
    from openpyxl.utils import column_index_from_string

    with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(sheet._worksheet_path.lstrip("/")) as part:
        tail = b""
        while block := part.read(_TAIL):
            tail = (tail + block)[-2 * _TAIL :]
    for left, top, right, bottom in _MERGED.findall(tail):
        first, last = column_index_from_string(left.decode()) - 1, column_index_from_string(right.decode())
        head = int(top) - 1
        said = rows[head][first] if head < len(rows) and first < len(rows[head]) else ""
        for number in range(head, min(int(bottom), len(rows))):
            for place in range(first, min(last, MOST_COLUMNS)):
                rows[number].extend([""] * (place + 1 - len(rows[number])))
                rows[number][place] = said


def _write(rows: Sequence[Sequence[str | float | None]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Kefu")
    for row in rows:
        cells = []
        for said in row:
            cell = WriteOnlyCell(sheet)
            if isinstance(said, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", said)[:LONGEST_CELL]
                cell.data_type = "s"  # openpyxl takes a leading equals sign for a formula
            else:
                cell.value = said
            cells.append(cell)
        sheet.append(cells)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
