"""Spreadsheets, read and written with openpyxl in a thread and within limits."""

import asyncio
import warnings
import zipfile
from collections.abc import Sequence
from io import BytesIO
from xml.etree.ElementTree import ParseError

from app.knowledge.errors import FaqFileUnreadable

MOST_BYTES_INSIDE = 200 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 20_001, 50


class OpenpyxlSheets:
    """The SheetReader and SheetWriter of the room of knowledge."""

    async def rows(self, data: bytes) -> list[list[str]]:
        """The first sheet, every cell as text. Raises FaqFileUnreadable."""
        return await asyncio.to_thread(_read, data)

    async def write(self, rows: Sequence[Sequence[str | float | None]]) -> bytes:
        """An XLSX file of one sheet; text is never read as a formula."""
        return await asyncio.to_thread(_written, rows)


def _written(rows: Sequence[Sequence[str | float | None]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=None)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000]
                cell.data_type = "s"  # "=1+1" is what someone wrote, not what a reader's machine should work out
            else:
                cell.value = value
            cells.append(cell)
        sheet.append(cells)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


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
        return [["" if value is None else str(value) for value in row] for row in found]
    finally:
        book.close()
