"""What attachments need from outside: somebody who opens pictures."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Picture:
    """A picture made anew, upright, without what its camera noted; `thumbnail` is WebP."""

    data: bytes
    width: int
    height: int
    thumbnail: bytes


class Pictures(Protocol):
    """Opens pictures from strangers."""

    async def __call__(self, data: bytes, media_type: str) -> Picture:
        """Raises AttachmentBroken."""
        ...
