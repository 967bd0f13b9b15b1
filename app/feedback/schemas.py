"""Wire shapes of votes and of suggested replies."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.feedback.domain import Reason, SuggestionPair, Vote
from app.kernel.wire import CleanText, Wire


class RatingForm(Wire):
    """A vote with what was wrong."""

    rating: Vote
    reasons: Annotated[list[Reason], Field(max_length=len(Reason))] = []
    comment: Annotated[CleanText, Field(max_length=2_000)] | None = None


class SuggestionPairView(Wire):
    """A reply that was suggested to an agent, and what the agent sent."""

    message_id: UUID
    conversation_id: UUID
    suggested: str
    sent: str
    edited: bool
    at: AwareDatetime

    @classmethod
    def of(cls, pair: SuggestionPair) -> Self:
        """The pair as the contract shows it."""
        return cls(
            message_id=pair.message_id,
            conversation_id=pair.conversation_id,
            suggested=pair.suggested,
            sent=pair.sent,
            edited=pair.edited,
            at=pair.at,
        )
