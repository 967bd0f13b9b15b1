"""A correction: what should have been said, where it belongs, and how far it is on its way to customers."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.answering import Citation
from app.feedback.domain import Reason

MOST_QUESTIONS = 30


class CorrectionState(StrEnum):
    """Accepted and published ones teach; only published ones have changed what customers are told."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PROPOSED = "in_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PUBLISHED = "published"


REVIEWED = frozenset({CorrectionState.ACCEPTED, CorrectionState.REJECTED, CorrectionState.PUBLISHED})


class Place(StrEnum):
    """Where a right answer belongs."""

    FAQ_PHRASING = "faq_phrasing"
    NEW_FAQ = "new_faq"
    PASSAGE = "passage"
    TRAINING = "training"


@dataclass(frozen=True)
class Plan:
    """Where the right answer goes, and for how long.

    faq_phrasing: `questions` join the FAQ `faq_id`, whose answer stays. new_faq: `questions` in the base `base_id`.
    passage: the passage `chunk_id` says `passage_text` from then on, or the FAQ `faq_id` the right answer.
    target_version: of the FAQ or passage as whoever wrote this saw it. owner: who answers for it.
    """

    place: Place = Place.TRAINING
    faults: tuple[Reason, ...] = ()
    questions: tuple[str, ...] = ()
    base_id: UUID | None = None
    faq_id: UUID | None = None
    chunk_id: UUID | None = None
    passage_text: str | None = None
    target_version: int | None = None
    owner: str | None = None
    valid_until: datetime | None = None

    @property
    def complete(self) -> bool:
        """Whether it names everything its place needs."""
        if self.place is Place.FAQ_PHRASING:
            return self.faq_id is not None and bool(self.questions)
        if self.place is Place.NEW_FAQ:
            return bool(self.questions)
        if self.place is Place.PASSAGE:
            return self.faq_id is not None or (self.chunk_id is not None and bool(self.passage_text))
        return True


@dataclass(frozen=True)
class Correction:
    """The right answer to a question the bot got wrong, with what the bot said and saw at the time.

    version rises with every change. trial: what its publication would change, as it was last tried; problem: the code
    of what stands in its way. gap_id: the gap it was drafted for.
    """

    id: UUID
    message_id: UUID
    conversation_id: UUID
    question: str
    wrong_answer: str
    right_answer: str
    locale: str
    prompt: tuple[dict[str, str], ...] | None
    state: CorrectionState
    note: str | None
    proposed_by: UUID
    proposed_by_name: str
    proposed_at: datetime
    reviewed_by: UUID | None
    reviewed_by_name: str | None
    reviewed_at: datetime | None
    plan: Plan = Plan()
    citations: tuple[Citation, ...] = ()
    version: int = 1
    gap_id: UUID | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    trial: dict[str, Any] | None = None
    problem: str | None = None
    job_id: UUID | None = None
    overridden_by: str | None = None
    override_reason: str | None = None
    published_at: datetime | None = None
    published_faq_id: UUID | None = None


@dataclass(frozen=True)
class Review:
    """A reviewer's word; `text` and `plan` replace what was proposed. version: of what the reviewer saw."""

    state: CorrectionState
    text: str | None = None
    note: str | None = None
    plan: Plan | None = None
    version: int | None = None


@dataclass(frozen=True)
class Rules:
    """How corrections are reviewed. four_eyes: whoever proposed one may not accept it, unless an admin."""

    four_eyes: bool = True
    changed_by: str = ""
