"""Spreadsheets of FAQs, read with openpyxl in a thread and within limits."""

import asyncio
import warnings
import zipfile
from io import BytesIO
from xml.etree.ElementTree import ParseError

from app.knowledge.errors import FaqFileUnreadable

MOST_BYTES_INSIDE = 200 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 20_001, 50


class OpenpyxlSheets:
    """The SheetReader of the room of knowledge."""

    async def rows(self, data: bytes) -> list[list[str]]:
        """The first sheet, every cell as text. Raises FaqFileUnreadable."""
        return await asyncio.to_thread(_read, data)


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
