"""What a file of FAQs says row by row, and what importing it would do."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.knowledge.domain import Faq, FaqContent


@dataclass(frozen=True)
class FaqDraft:
    """One row as it was read. row: its line in the file, counted from 1; problem: why it cannot be used.

    channels, validity (from, until): None when the file has no such column, which leaves a known FAQ's as they are.
    """

    row: int
    questions: tuple[str, ...]
    answer: str
    tags: tuple[str, ...] = ()
    channels: tuple[str, ...] | None = None
    validity: tuple[datetime | None, datetime | None] | None = None
    faq_id: UUID | None = None
    problem: str | None = None

    def content(self, known: Faq | None) -> FaqContent:
        """What the FAQ would say with this row."""
        base = FaqContent.of(known) if known else FaqContent((), "")
        valid_from, valid_until = self.validity or (base.valid_from, base.valid_until)
        channels = base.channels if self.channels is None else tuple(sorted(set(self.channels)))
        return FaqContent(self.questions, self.answer, self.tags, channels, valid_from, valid_until)


class RowKind(StrEnum):
    """What becomes of a row; only the first two are written."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"
    BAD = "bad"


WRITTEN = (RowKind.ADDED, RowKind.CHANGED)


@dataclass(frozen=True)
class PlannedRow:
    """One row of the report. code: has a sentence in the texts; other_row: the line it clashes with.

    faq_id, faq_version, before: the FAQ it would change, as it was when the report was made.
    """

    draft: FaqDraft
    kind: RowKind
    code: str | None = None
    other_row: int | None = None
    faq_id: UUID | None = None
    faq_version: int | None = None
    before: FaqContent | None = None

    @property
    def outcome(self) -> tuple[object, ...]:
        """What must stay the same between report and confirmation."""
        return (self.draft.row, self.kind, self.faq_id, self.faq_version)


@dataclass(frozen=True)
class RowProblem:
    """Why a row is left out; `code` has a sentence in the texts."""

    row: int
    code: str


@dataclass
class ImportReport:
    """What an import did, or would do."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    contradictions: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    @classmethod
    def of(cls, planned: Sequence[PlannedRow]) -> "ImportReport":
        """The sums of a plan."""
        counts = counts_of(planned)
        return cls(
            rows=len(planned),
            created=counts[RowKind.ADDED],
            updated=counts[RowKind.CHANGED],
            unchanged=counts[RowKind.UNCHANGED],
            duplicates=counts[RowKind.DUPLICATE],
            contradictions=counts[RowKind.CONTRADICTION],
            problems=[RowProblem(one.draft.row, one.code) for one in planned if one.code is not None],
        )


def counts_of(planned: Sequence[PlannedRow]) -> dict[str, int]:
    """How many rows there are of each kind."""
    counts = {kind.value: 0 for kind in RowKind}
    for one in planned:
        counts[one.kind] += 1
    return counts


@dataclass(frozen=True)
class ImportRecord:
    """One import from upload to end. state: reading, ready, writing, done or failed; revision: which report it is."""

    id: UUID
    base_id: UUID
    file_name: str
    file_sha256: str
    blob_key: str | None
    state: str
    error_code: str | None
    counts: dict[str, int]
    revision: int
    job_id: UUID | None
    created_by: str
    created_at: datetime
    done_at: datetime | None


def draft_to_json(draft: FaqDraft) -> dict[str, Any]:
    """A draft as it is kept; what is usual is left out."""
    kept: dict[str, Any] = {"questions": list(draft.questions), "answer": draft.answer}
    if draft.tags:
        kept["tags"] = list(draft.tags)
    if draft.channels is not None:
        kept["channels"] = list(draft.channels)
    if draft.validity is not None:
        kept["validity"] = [at.isoformat() if at else None for at in draft.validity]
    if draft.faq_id is not None:
        kept["faq_id"] = str(draft.faq_id)
    if draft.problem is not None:
        kept["problem"] = draft.problem
    return kept


def draft_from_json(row: int, kept: dict[str, Any]) -> FaqDraft:
    """The draft again."""
    draft = FaqDraft(row, tuple(kept["questions"]), kept["answer"], tuple(kept.get("tags", ())))
    if "channels" in kept:
        draft = replace(draft, channels=tuple(kept["channels"]))
    if "validity" in kept:
        first, last = (datetime.fromisoformat(at) if at else None for at in kept["validity"])
        draft = replace(draft, validity=(first, last))
    if "faq_id" in kept:
        draft = replace(draft, faq_id=UUID(kept["faq_id"]))
    return replace(draft, problem=kept.get("problem"))


def content_to_json(content: FaqContent | None) -> dict[str, Any] | None:
    """What an FAQ said, as it is kept beside what it would say."""
    if content is None:
        return None
    return {
        "questions": list(content.questions),
        "answer": content.answer,
        "tags": list(content.tags),
        "channels": list(content.channels),
        "valid_from": content.valid_from.isoformat() if content.valid_from else None,
        "valid_until": content.valid_until.isoformat() if content.valid_until else None,
    }


def content_from_json(kept: dict[str, Any] | None) -> FaqContent | None:
    """What an FAQ said, again."""
    if kept is None:
        return None
    first, last = (datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("valid_from", "valid_until"))
    lists = (tuple(kept["tags"]), tuple(kept["channels"]))
    return FaqContent(tuple(kept["questions"]), kept["answer"], *lists, first, last)
