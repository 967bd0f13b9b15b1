"""What feedback can do: keep votes, take corrections from agents, let supervisors accept or reject them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.accounts import Principal, record_audit
from app.feedback import store
from app.feedback.domain import Correction, CorrectionState, RatedAnswer, Rating, Reason, Review, Vote
from app.feedback.errors import CorrectionReviewed, CorrectionUnchanged
from app.feedback.events import AnswerRated, CorrectionAccepted
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
    async with tools.database.transaction() as session:
        await store.set_rating(session, message_id, conversation_id, vote, tuple(dict.fromkeys(reasons)), comment)
        await tools.announcer.announce(session, AnswerRated(message_id, conversation_id, vote))


async def find_ratings(database: Database, message_ids: Sequence[UUID]) -> dict[UUID, Rating]:
    """Opinions by message id, for those that have one."""
    async with database.reading() as session:
        return await store.find_ratings(session, message_ids)


async def propose_correction(
    tools: FeedbackTools, message_id: UUID, text: str, author: Principal
) -> tuple[Correction, bool]:
    """The proposal, and whether it is new: an open one for the same answer gets the new text instead.

    Raises NotFound when there is no such answer, CorrectionUnchanged when the text is the bot's own.
    """
    answer = await tools.answers.get(message_id)
    text = text.strip()
    if text == answer.answer.strip():
        raise CorrectionUnchanged
    async with tools.database.transaction() as session:
        correction, is_new = await store.put_proposal(session, answer, text, author)
        await record_audit(session, author, "correction.propose", str(correction.id), message=str(message_id))
    return correction, is_new


async def review_correction(tools: FeedbackTools, correction_id: UUID, word: Review, reviewer: Principal) -> Correction:
    """Accepts or rejects; the same word again changes nothing. Raises NotFound, CorrectionReviewed."""
    async with tools.database.transaction() as session:
        before = await store.lock_correction(session, correction_id)
        if before is None:
            raise NotFound
        if before.state is not CorrectionState.PROPOSED:
            if before.state is word.state and word.text in (None, before.right_answer):
                return before
            raise CorrectionReviewed
        after = await store.review(session, correction_id, word, reviewer)
        await record_audit(
            session,
            reviewer,
            "correction.review",
            str(correction_id),
            state=word.state.value,
            edited=word.text is not None,
        )
        if after.state is CorrectionState.ACCEPTED:
            await tools.announcer.announce(session, CorrectionAccepted(after.id, after.message_id))
    return after


async def get_correction(database: Database, correction_id: UUID) -> Correction:
    """Raises NotFound."""
    async with database.reading() as session:
        found = await store.find_correction(session, correction_id)
    if found is None:
        raise NotFound
    return found


async def list_liked_answers(tools: FeedbackTools, limit: int) -> list[RatedAnswer]:
    """Answers a model gave and a customer voted up, newest vote first; corrected ones are not liked."""
    async with tools.database.reading() as session:
        message_ids = await store.list_liked(session, limit)
    found: list[RatedAnswer] = []
    for message_id in message_ids:
        try:
            found.append(await tools.answers.get(message_id))
        except NotFound:
            continue  # the conversation was deleted after the vote
    return [answer for answer in found if answer.prompt]


async def list_corrections(
    database: Database,
    *,
    state: CorrectionState | None = None,
    conversation_id: UUID | None = None,
    before: UUID | None = None,
    limit: int | None = None,
) -> list[Correction]:
    """Newest first, behind `before`; all of them without a limit."""
    async with database.reading() as session:
        return await store.list_corrections(
            session, state=state, conversation_id=conversation_id, before=before, limit=limit
        )
