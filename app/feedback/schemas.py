"""Wire shapes of feedback."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.feedback.domain import Correction, CorrectionState, Reason, Vote
from app.kernel.wire import CleanText, VisibleText, Wire

Note = Annotated[CleanText, Field(max_length=1_000)]
AnswerText = Annotated[VisibleText, Field(max_length=8_000)]


class RatingForm(Wire):
    """A vote with what was wrong."""

    rating: Vote
    reasons: Annotated[list[Reason], Field(max_length=len(Reason))] = []
    comment: Annotated[CleanText, Field(max_length=2_000)] | None = None


class ProposalForm(Wire):
    """The right answer to the question that `message_id` answered wrongly."""

    message_id: UUID
    text: AnswerText


class AcceptForm(Wire):
    """`text` replaces the proposed answer."""

    text: AnswerText | None = None
    note: Note | None = None


class RejectForm(Wire):
    """Why not."""

    note: Note | None = None


class CorrectionView(Wire):
    """One correction."""

    correction_id: UUID
    message_id: UUID
    conversation_id: UUID
    question: str
    wrong_answer: str
    text: str
    locale: str
    state: CorrectionState
    note: str | None
    proposed_by: str
    proposed_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None

    @classmethod
    def of(cls, correction: Correction) -> Self:
        """The correction as the contract shows it."""
        return cls(
            correction_id=correction.id,
            message_id=correction.message_id,
            conversation_id=correction.conversation_id,
            question=correction.question,
            wrong_answer=correction.wrong_answer,
            text=correction.right_answer,
            locale=correction.locale,
            state=correction.state,
            note=correction.note,
            proposed_by=correction.proposed_by_name,
            proposed_at=correction.proposed_at,
            reviewed_by=correction.reviewed_by_name,
            reviewed_at=correction.reviewed_at,
        )
