"""What feedback can do with votes: keep them, find them, list the answers customers liked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.feedback import store
from app.feedback.domain import RatedAnswer, Rating, Reason, SuggestionPair, Vote
from app.feedback.events import AnswerRated
from app.feedback.ports import Answers
from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.events import Announcer


@dataclass(frozen=True)
class FeedbackTools:
    """What the feedback room works with."""

    database: Database
    answers: Answers
    announcer: Announcer


async def rate_answer(
    tools: FeedbackTools, message_id: UUID, token: str, vote: Vote, reasons: Sequence[Reason], comment: str | None
) -> None:
    """Keeps a customer's opinion; again replaces. Raises Unauthenticated, NotFound."""
    conversation_id = await tools.answers.of_customer(message_id, token)
    reasons = tuple(dict.fromkeys(reasons))
    async with tools.database.transaction() as session:
        await store.set_rating(session, message_id, conversation_id, vote, reasons, comment)
        told = AnswerRated(message_id, conversation_id, vote, tuple(reason.value for reason in reasons))
        await tools.announcer.announce(session, told)


async def find_ratings(database: Database, message_ids: Sequence[UUID]) -> dict[UUID, Rating]:
    """Opinions by message id, for those that have one."""
    async with database.reading() as session:
        return await store.find_ratings(session, message_ids)


async def list_liked_answers(tools: FeedbackTools, limit: int, per_conversation: int) -> list[RatedAnswer]:
    """Answers a model gave and a customer voted up, newest vote first; corrected ones are not liked.

    per_conversation: so many votes of each conversation come first, so that a crowd of them hides nobody else's.
    """
    async with tools.database.reading() as session:
        message_ids = await store.list_liked(session, limit, per_conversation, others_last=True)
    found: list[RatedAnswer] = []
    for message_id in message_ids:
        try:
            found.append(await tools.answers.get(message_id))
        except NotFound:
            continue  # the conversation was deleted after the vote
    return [answer for answer in found if answer.prompt]


async def list_suggestion_pairs(
    database: Database, *, edited: bool | None = True, before: UUID | None = None, limit: int = 500
) -> list[SuggestionPair]:
    """Replies that were suggested and what was sent, newest first; edited None: also those sent as they were."""
    async with database.reading() as session:
        return await store.list_pairs(session, edited=edited, before=before, limit=limit)
