"""The real converters without a child process: fast, and fit for files a test wrote itself."""

from collections.abc import Sequence

from app.adapters.parsing.attachments import attachments
from app.adapters.parsing.blocks import Unreadable
from app.adapters.parsing.client import parsed_from
from app.adapters.parsing.pictures import drawn
from app.adapters.parsing.read import read
from app.adapters.parsing.scans import Scan
from app.adapters.parsing.scans import Scans as SomeScans
from app.adapters.parsing.unpack import entries
from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.parsed import OnPicture, ParsedDocument, ParseSettings, Scans, TakeEntry

USUAL = ParseSettings()


class InProcessParser:
    """Implements the DocumentParser port; `parsed` counts how often it was asked."""

    def __init__(self) -> None:
        self.parsed = 0
        self.drawn = 0
        self.recognised: list[int] = []
        self.scanned, self.certainty = "整机保修两年，电池保修一年。", 0.99

    async def parse(
        self, data: bytes, file_name: str, file_type: str, settings: ParseSettings = USUAL, scans: Scans = ()
    ) -> ParsedDocument:
        """See the port."""
        self.parsed += 1
        found = SomeScans(settings.ocr, {int(told["number"]): Scan.of(told) for told in scans})
        try:
            return parsed_from(read(data, file_type, file_name, settings, found))
        except Unreadable as error:
            raise DocumentUnreadable(error.code, **error.values) from None

    async def draw(self, data: bytes, file_type: str, page: int, width: int) -> bytes:
        """See the port."""
        self.drawn += 1
        try:
            return drawn(data, file_type, page, width)
        except Unreadable as error:
            raise DocumentUnreadable(error.code, **error.values) from None

    async def recognise(
        self, data: bytes, file_type: str, numbers: Sequence[int], on_picture: OnPicture | None = None
    ) -> Scans:
        """Says `scanned` for every picture, in the middle of it."""
        self.recognised += list(numbers)
        for count, _ in enumerate(numbers, start=1):
            if on_picture is not None:
                await on_picture(count, len(numbers))
        line = [self.scanned, self.certainty, 0.1, 0.45, 0.9, 0.5]
        return [{"number": number, "lines": [line], "ratio": 0.7, "turned": False} for number in numbers]

    async def unpack(self, data: bytes, file_type: str, take: TakeEntry) -> None:
        """See the port."""
        try:
            for entry in attachments(data) if file_type == "mail" else entries(data):
                await take(entry.name, entry.data, entry.code)
        except Unreadable as error:
            raise DocumentUnreadable(error.code, **error.values) from None
