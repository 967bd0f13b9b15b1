"""The real converters without a child process: fast, and fit for files a test wrote itself."""

from app.adapters.parsing.blocks import Unreadable
from app.adapters.parsing.client import parsed_from
from app.adapters.parsing.read import read
from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.parsed import ParsedDocument


class InProcessParser:
    """Implements the DocumentParser port; `parsed` counts how often it was asked."""

    def __init__(self) -> None:
        self.parsed = 0

    async def parse(self, data: bytes, file_name: str, file_type: str) -> ParsedDocument:
        """See the port."""
        self.parsed += 1
        try:
            return parsed_from(read(data, file_type, file_name))
        except Unreadable as error:
            raise DocumentUnreadable(error.code, **error.values) from None
