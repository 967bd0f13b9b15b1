"""One customer's question, from its arrival to the moment an answer is under way; also stop and answer again."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from app.conversations.attachments.domain import CUSTOMER
from app.conversations.attachments.sending import claim
from app.conversations.domain import Happening, Lifecycle, Owner, Posted, Thread, Work, next_state
from app.conversations.drive import start_answer
from app.conversations.errors import (
    AnswerEnded,
    AnswerRunning,
    ClientIdReused,
    ConversationOver,
    MessageTooLong,
    NotNow,
)
from app.conversations.identity import VisitorClaim, verify_visitor
from app.conversations.ownership import change_owner
from app.conversations.said import check_waiting, post, promised, store_said, writer
from app.conversations.service import MESSAGES, TOKEN_PREFIX, ConversationTools, check_token
from app.conversations.store import answers, questions, threads
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id, new_token, token_digest

LONGEST_MESSAGE = 4_000


@dataclass(frozen=True)
class Begun:
    """A new conversation; its token is told once."""

    conversation_id: UUID
    token: str
    greeting: str
    suggestions: list[str]
    owner: Owner


async def start_conversation(
    tools: ConversationTools,
    *,
    channel: str,
    locale: str,
    visitor: VisitorClaim | None = None,
) -> Begun:
    """A new, empty conversation. Raises VisitorUnverified."""
    conversation_id, token = new_id(), TOKEN_PREFIX + new_token()
    digest = token_digest(token)
    if visitor is None:
        async with tools.database.line() as line:
            await threads.add_thread(line, conversation_id, channel, locale, digest, None)
    else:
        async with tools.database.transaction() as session:
            known = await verify_visitor(session, tools.visitor_secret, visitor)
            await threads.add_thread(session, conversation_id, channel, locale, digest, known)
    greeting, suggestions = tools.company.greeting.read(locale), tools.company.suggestions.read(locale)
    return Begun(conversation_id, token, greeting, suggestions, Owner.BOT)


async def post_message(
    tools: ConversationTools,
    conversation_id: UUID,
    token: str,
    client_id: str,
    text: str,
    attachments: Sequence[UUID] = (),
) -> Posted:
    """tx 1: stores a customer's message once, promises an answer while the bot owns the thread, and starts it.

    Raises NotFound, MessageTooLong, ClientIdReused, AttachmentGone, TooManyWaiting, TooManyRequests.
    """
    if len(text) > LONGEST_MESSAGE:
        raise MessageTooLong(extra={"limit": LONGEST_MESSAGE, "length": len(text)}, n=f"{len(text):,}")
    await tools.limits.take(MESSAGES, writer(conversation_id, token))
    said = questions.Said(new_id(), conversation_id, client_id, text, now())
    if not attachments and (posted := await _post_at_once(tools, said, token)) is not None:
        return posted

    async def storing(session: Session) -> tuple[Posted, Work | None]:
        return await _post(session, tools, said, token, attachments)

    return await post(tools, storing)


async def _post_at_once(tools: ConversationTools, said: questions.Said, token: str) -> Posted | None:
    """One statement where nothing is in the way; None when the thread must be locked and looked at."""
    answer_id, digest = new_id(), token_digest(token)
    thread: Thread | None = None
    with suppress(questions.Collision):
        async with tools.database.line() as line:
            thread = await questions.ask_at_once(line, said, digest, tools.answers.node_id, answer_id)
    if thread is None:
        return None
    tools.bulletin.publish_events(thread.id, [said.event.logged(thread.seq + 1)])
    posted, work = promised(thread, said, answer_id, at_once=True)
    if work is not None:
        start_answer(tools, work)
    return posted


async def _post(
    session: Session, tools: ConversationTools, said: questions.Said, token: str, attachments: Sequence[UUID]
) -> tuple[Posted, Work | None]:
    found = await questions.lock_and_look(session, said.conversation_id, said.client_id)
    if found is None:
        raise NotFound
    thread, known = check_token(found[0], token), found[1]
    if known is not None:
        if known.text != said.text:
            raise ClientIdReused
        return Posted(known.message_id, known.answer_id, known.seq, again=True), None
    if thread.lifecycle is Lifecycle.CLOSED:
        await _refuse_if_over(session, tools, thread.id)
    if next_state(thread.owner, thread.lifecycle, Happening.WRITTEN) != (thread.owner, thread.lifecycle):
        thread = await change_owner(
            session, tools.bulletin, thread.id, Happening.WRITTEN, actor="customer", reason="customer_wrote"
        )
    check_waiting(thread)
    files = await claim(session, thread.id, attachments, CUSTOMER)
    # Waiting for the lock took time, and answers are given in the order of their times.
    return await store_said(session, tools, thread, replace(said, at=now(), files=files))


async def _refuse_if_over(session: Session, tools: ConversationTools, conversation_id: UUID) -> None:
    """Raises ConversationOver when it ended longer ago than customers may go on."""
    if tools.service is None:
        return
    days = await tools.service.reopen_days(session)
    if await threads.ended_before(session, conversation_id, now() - timedelta(days=days)):
        raise ConversationOver(n=days)


async def stop_answer(tools: ConversationTools, conversation_id: UUID, token: str, answer_id: UUID) -> None:
    """Ends an answer where it is, or before it began. Raises NotFound, AnswerEnded."""
    async with tools.database.transaction() as session:
        check_token(await threads.find_thread(session, conversation_id), token)
        open_still, node_id = await answers.request_stop(session, conversation_id, answer_id)
        if not open_still:
            if await answers.find_run(session, conversation_id, answer_id) is None:
                raise NotFound
            raise AnswerEnded
        tools.bulletin.halt_later(session, node_id, answer_id, "stopped")


async def regenerate_answer(tools: ConversationTools, conversation_id: UUID, token: str, answer_id: UUID) -> UUID:
    """Answers the same question once more, under a new id. Raises NotFound, AnswerRunning, NotNow, TooManyRequests."""
    await tools.limits.take(MESSAGES, writer(conversation_id, token))
    async with tools.database.transaction() as session:
        thread = check_token(await threads.lock_thread(session, conversation_id), token)
        found = await answers.find_run(session, conversation_id, answer_id)
        if found is None:
            raise NotFound
        question_id, state = found
        if state != "done":
            raise AnswerRunning
        work, again_id = await _promise(session, tools, thread, question_id)
    if work is not None:
        start_answer(tools, replace(work, again=True))
    return again_id


async def _promise(
    session: Session, tools: ConversationTools, thread: Thread, question_id: UUID
) -> tuple[Work | None, UUID]:
    if thread.owner is not Owner.BOT:
        raise NotNow
    check_waiting(thread)
    again_id = new_id()
    await answers.add_run(session, thread, again_id, question_id, now())
    if thread.open_answers > 0:
        return None, again_id
    return await answers.start_next(session, thread.id, tools.answers.node_id), again_id


async def ask_for_person(tools: ConversationTools, conversation_id: UUID, token: str, reason: str | None) -> Owner:
    """The customer wants a person: the thread waits in line. Again is the same. Raises NotFound."""
    async with tools.database.transaction() as session:
        check_token(await threads.find_thread(session, conversation_id), token)
        thread = await change_owner(
            session,
            tools.bulletin,
            conversation_id,
            Happening.ESCALATED,
            actor="customer",
            reason=reason or "customer_asked",
        )
    return thread.owner
