"""The live-stream port: short-lived entries many readers follow, in Redis in production."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class LiveEntry:
    """One entry: `position` orders entries of a stream and is opaque; `data` is what was appended."""

    position: str
    data: bytes


class LiveStreams(Protocol):
    """Append-only streams by key; entries expire, so nothing that must last lives only here."""

    async def append(self, key: str, data: bytes) -> str:
        """Adds one entry and wakes its readers. Returns its position. Raises Unavailable."""
        ...

    async def entries(self, key: str, after: str = "0") -> list[LiveEntry]:
        """What is there now behind a position."""
        ...

    def follow(self, key: str, after: str = "0") -> AsyncIterator[LiveEntry | None]:
        """Entries behind a position, then new ones as they come, for ever; None about every 15 s of silence."""
        ...

    async def set(self, key: str, value: bytes, ttl_s: int) -> None:
        """Keeps a small value for a while."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The value, or None."""
        ...

    async def counters(self, keys: Mapping[str, int]) -> dict[str, int]:
        """Adds to counters and returns their new values."""
        ...
