"""What is asked of the list of documents, and what is known about it as a whole."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from app.knowledge.ports import UseCount
from app.knowledge.store.documents import DocumentRecord

Sort = Literal["created", "updated", "title", "size", "chunks", "valid_until", "review", "uses"]
USES_DAYS = 30
SOON_DAYS = 30


@dataclass(frozen=True)
class Wanted:
    """Filters, all of which must hold. words: in the title, file name, source or content."""

    words: str = ""
    statuses: tuple[str, ...] = ()
    base_id: UUID | None = None
    owner: str | None = None
    tag: str | None = None
    disabled: bool | None = None
    expiring: bool = False
    needs_review: bool = False


@dataclass(frozen=True)
class Listed:
    """One document of the list. key: its place in the order, for the cursor; drafted: other settings are compared."""

    document: DocumentRecord
    base_name: str
    use: UseCount | None
    key: str
    drafted: bool = False


@dataclass(frozen=True)
class Facts:
    """The shelf as a whole, and how many documents match the filters."""

    matching: int
    documents: int
    chunks: int
    used_today: int
    expiring: int
    needs_review: int
    owners: tuple[str, ...]
    tags: tuple[str, ...]
    bases: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True)
class CardChange:
    """What people decide about a document; only what is named in `given` changes."""

    given: frozenset[str]
    owner: str = ""
    tags: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    review_on: date | None = None


@dataclass(frozen=True)
class Version:
    """One version of a document, and what became of the hand work when it was read in."""

    number: int
    file_name: str
    size_bytes: int
    sha256: str
    media_type: str
    created_by: str
    created_at: datetime
    chunk_count: int | None
    hand_kept: int
    hand_dropped: list[dict[str, Any]]
    restored_from: int | None


@dataclass(frozen=True)
class Impact:
    """What deleting a document touches. regression_questions None: they are not kept here."""

    chunks: int
    answers: int
    recent_answers: int
    faqs: int
    regression_questions: int | None
