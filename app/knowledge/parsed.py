"""What the parser makes of an uploaded file, and the port it stands behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.knowledge.domain import NewChunk


@dataclass(frozen=True)
class ParsedDocument:
    """A document cut into passages. `unread_pages`: pages that are only a picture of text, as `pictures` may be."""

    title: str
    page_count: int | None
    chunks: Sequence[NewChunk]
    unread_pages: int = 0
    pictures: int = 0


class DocumentParser(Protocol):
    """Reads any file without trusting it."""

    async def parse(self, data: bytes, file_name: str, file_type: str) -> ParsedDocument:
        """Raises DocumentUnreadable with a code of its own, Unavailable when no parser can be started."""
        ...
