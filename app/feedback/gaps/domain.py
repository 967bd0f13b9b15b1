"""A knowledge gap: questions that mean the same, how they failed, how often, and what is being done about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.feedback.corrections.domain import CorrectionState

GROUP_JOB, QUEUE, UNIT = "gaps_group", "default", "questions"
DAYS = (7, 14, 30, 90)
# So many different people must ask again before a settled gap opens by itself.
REOPENS_AFTER = 3


class Sign(StrEnum):
    """How it showed that an answer was no good."""

    REFUSED = "refused"
    FAILED = "failed"
    DOWN_VOTE = "down_vote"
    ESCALATED = "escalated"
    CORRECTION = "correction"


class GapState(StrEnum):
    """How far a gap is."""

    OPEN = "open"
    DRAFTED = "drafted"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    IGNORED = "ignored"


SETTLED = frozenset({GapState.PUBLISHED, GapState.IGNORED})
OF_CORRECTION = {
    CorrectionState.DRAFT: GapState.DRAFTED,
    CorrectionState.IN_REVIEW: GapState.IN_REVIEW,
    CorrectionState.ACCEPTED: GapState.IN_REVIEW,
    CorrectionState.PUBLISHED: GapState.PUBLISHED,
    CorrectionState.REJECTED: GapState.OPEN,
}


@dataclass(frozen=True)
class Gap:
    """One gap. version rises with every change by hand; reason: why it is ignored."""

    id: UUID
    title: str
    locale: str
    state: GapState
    reason: str | None
    correction_id: UUID | None
    changed_by: str
    version: int
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Counted:
    """A gap in a window of days. people: who asked, each counted once; asked: how often in all; signs: people by how
    it failed for them; trend: people for each day of the window, the last one today."""

    gap: Gap
    people: int
    asked: int
    signs: dict[str, int]
    trend: tuple[int, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Example:
    """One question in a gap with its conversation."""

    question_id: UUID
    conversation_id: UUID
    message_id: UUID | None
    text: str
    locale: str
    signs: tuple[str, ...]
    reasons: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Waiting:
    """A failed question that is in no gap yet."""

    question_id: UUID
    text: str
    canonical: str
    locale: str
    source: str
