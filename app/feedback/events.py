"""Facts the feedback room announces."""

from dataclasses import dataclass
from uuid import UUID

from app.feedback.domain import Vote


@dataclass(frozen=True)
class AnswerRated:
    """A customer voted on an answer, perhaps again."""

    message_id: UUID
    conversation_id: UUID
    vote: Vote


@dataclass(frozen=True)
class CorrectionAccepted:
    """A reviewed right answer exists."""

    correction_id: UUID
    message_id: UUID
