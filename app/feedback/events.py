"""Facts the feedback room announces."""

from dataclasses import dataclass
from uuid import UUID

from app.feedback.corrections.domain import CorrectionState
from app.feedback.domain import Vote


@dataclass(frozen=True)
class AnswerRated:
    """A customer voted on an answer, perhaps again."""

    message_id: UUID
    conversation_id: UUID
    vote: Vote
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class CorrectionProposed:
    """Somebody of the staff says an answer was wrong."""

    correction_id: UUID
    message_id: UUID


@dataclass(frozen=True)
class CorrectionAccepted:
    """A reviewed right answer exists."""

    correction_id: UUID
    message_id: UUID


@dataclass(frozen=True)
class CorrectionMoved:
    """A correction that was drafted for a gap is in another state now."""

    correction_id: UUID
    gap_id: UUID
    state: CorrectionState
    by: str
