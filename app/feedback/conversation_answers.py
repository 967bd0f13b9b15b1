"""Finds the answers feedback is about in the conversations room, and gives ratings back to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.conversations import ConversationTools, authenticate_customer, find_answer, read_trace, transcript
from app.conversations import Rating as ShownRating
from app.feedback import store
from app.feedback.domain import RatedAnswer, as_prompt
from app.kernel.database import Session
from app.kernel.errors import NotFound

MOST_REPLIES = 5


@dataclass(frozen=True)
class ConversationAnswers:
    """The port `Answers` on conversations."""

    conversations: ConversationTools

    async def of_customer(self, message_id: UUID, token: str) -> UUID:
        """A foreign, forged or unknown one is not found; nothing tells them apart."""
        async with self.conversations.database.reading() as session:
            found = await find_answer(session, message_id)
        if found is None:
            raise NotFound
        return (await authenticate_customer(self.conversations, found.conversation_id, token)).conversation_id

    async def get(self, message_id: UUID) -> RatedAnswer:
        """With the prompt from the answer's trace, if a model was asked and the trace is still kept."""
        async with self.conversations.database.reading() as session:
            found = await find_answer(session, message_id)
            if found is None:
                raise NotFound
            try:
                prompt = (await read_trace(session, found.conversation_id, message_id)).trace.get("prompt")
            except NotFound:
                prompt = None
        return RatedAnswer(
            found.message_id,
            found.conversation_id,
            found.question,
            found.text,
            found.locale,
            as_prompt(prompt["messages"]) if prompt else None,
            found.citations,
            found.question_id,
        )

    async def replies_after(self, message_id: UUID) -> tuple[str, ...]:
        """Until the customer asks about something else it is hard to tell, so the first few."""
        async with self.conversations.database.reading() as session:
            found = await find_answer(session, message_id)
            if found is None:
                raise NotFound
            said = await transcript(session, found.conversation_id)
        place = next((number for number, one in enumerate(said) if one.id == message_id), len(said))
        return tuple(one.text for one in said[place:] if one.role == "agent")[:MOST_REPLIES]


async def shown_ratings(session: Session, message_ids: Sequence[UUID]) -> dict[UUID, ShownRating]:
    """The port `RatingLookup` of conversations: what a snapshot shows beside an answer."""
    found = await store.find_ratings(session, message_ids)
    return {
        message_id: ShownRating(rating.vote.value, tuple(reason.value for reason in rating.reasons), rating.comment)
        for message_id, rating in found.items()
    }
