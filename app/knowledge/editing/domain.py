"""A chunk as editors see it, the states it was in, and what a new version of its document kept of hand work."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.knowledge.domain import Box, NewChunk

LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Passage:
    """One chunk of a document. origins None: as it was parsed; (): added by hand."""

    id: UUID
    base_id: UUID
    document_id: UUID
    version_number: int
    position: int
    kind: str
    title: str
    heading_path: tuple[str, ...]
    page: int | None
    char_start: int
    char_end: int
    text: str
    revision: int
    origins: tuple[str, ...] | None
    original_text: str | None
    edited_at: datetime | None
    edited_by: str | None
    disabled_at: datetime | None
    disabled_by: str | None
    disabled_with: str | None
    boxes: list[dict[str, Any]]
    parent: int | None

    @property
    def roots(self) -> tuple[str, ...]:
        """The parsed passages it stands for."""
        return (origin_of(self.kind, self.heading_path, self.text),) if self.origins is None else self.origins

    @property
    def touched(self) -> bool:
        """Whether a person changed or disabled it."""
        own = self.disabled_at is not None and self.disabled_with is None
        return self.origins is not None or own

    def as_new(self, position: int | None = None, text: str | None = None) -> NewChunk:
        """What goes into the index for it."""
        return NewChunk(
            position=self.position if position is None else position,
            heading_path=self.heading_path,
            page=self.page,
            text=self.text if text is None else text,
            char_start=self.char_start,
            char_end=self.char_end,
            kind=self.kind,
            chunk_id=self.id,
            boxes=tuple(Box(**box) for box in self.boxes),
            parent=self.parent,
        )


@dataclass(frozen=True)
class EditedDocument:
    """The document whose chunks are edited."""

    id: UUID
    base_id: UUID
    title: str
    version: int
    edits: int
    chunk_count: int
    pending_version: int | None
    disabled_at: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True)
class PastState:
    """A chunk under an earlier revision, and the action that ended it."""

    revision: int
    action: str
    text: str
    heading_path: tuple[str, ...]
    origins: tuple[str, ...] | None
    other: dict[str, Any] | None
    by: str
    at: datetime


@dataclass(frozen=True)
class KeptWork:
    """A new version's chunks with the hand work that still fits, and what did not. edits: the count it was read at."""

    chunks: tuple[NewChunk, ...]
    kept: tuple[Passage, ...]
    dropped: tuple[Passage, ...]
    edits: int


def origin_of(kind: str, heading_path: Sequence[str], text: str) -> str:
    """What tells whether a parsed passage is still the same one, whatever the document is called by now."""
    return hashlib.sha256("\x1f".join((kind, *heading_path, text)).encode()).hexdigest()
