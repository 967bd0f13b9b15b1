"""Storing what a customer says, by words or by a click: once, with the answer it is promised, and that answer begun."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from app.conversations.attachments import store as files_store
from app.conversations.attachments.sending import say_unread
from app.conversations.domain import Owner, Posted, Thread, Work
from app.conversations.drive import start_answer
from app.conversations.errors import TooManyWaiting
from app.conversations.events import CustomerWrote
from app.conversations.service import ConversationTools
from app.conversations.store import questions
from app.kernel.database import Session
from app.kernel.errors import Unavailable
from app.kernel.ids import new_id, token_digest

MOST_WAITING = 3
MOST_TRIES = 5
Storing = Callable[[Session], Awaitable[tuple[Posted, Work | None]]]


async def post(tools: ConversationTools, storing: Storing) -> Posted:
    """One transaction, tried again when another request was faster; then the promised answer begins.

    Raises Unavailable, and whatever `storing` raises.
    """
    for _ in range(MOST_TRIES):
        try:
            async with tools.database.transaction() as session:
                posted, work = await storing(session)
        except questions.Collision:
            continue
        if work is not None:
            start_answer(tools, work)
        return posted
    raise Unavailable


def writer(conversation_id: UUID, token: str) -> str:
    """Whose messages are counted: whoever guesses at tokens uses up nobody else's allowance."""
    return f"{conversation_id}:{token_digest(token)[:16]}"


def check_waiting(thread: Thread) -> None:
    """Raises TooManyWaiting while three messages wait for the bot already."""
    if thread.owner is Owner.BOT and thread.open_answers > MOST_WAITING:
        raise TooManyWaiting(retry_after_s=5)


async def store_said(
    session: Session, tools: ConversationTools, thread: Thread, said: questions.Said, decided: UUID | None = None
) -> tuple[Posted, Work | None]:
    """Message, event and promised answer of a locked thread; the work, when the answer can begin at once.

    decided: the confirmation whose click it is.
    """
    for_bot, at_once = thread.owner is Owner.BOT and said.text != "", thread.open_answers == 0
    question = questions.NewQuestion(
        said,
        thread.seq + 1,
        answer_id=new_id() if for_bot else None,
        state="running" if at_once else "waiting",
        node_id=tools.answers.node_id if at_once else None,
        version=thread.version,
        confirmation_id=decided,
    )
    await questions.store_question(session, question)
    if thread.owner is not Owner.BOT:
        await tools.bulletin.announcer.announce(session, CustomerWrote(thread.id, thread.owner, said.at))
    tools.bulletin.publish_later(session, thread.id, [said.event.logged(question.seq)])
    if said.files:
        await files_store.send(session, said.message_id, [one.id for one in said.files])
        if thread.owner is Owner.BOT:
            await say_unread(session, tools.bulletin, thread)
    return promised(thread, said, question.answer_id, at_once=at_once, decided=decided)


def promised(
    thread: Thread, said: questions.Said, answer_id: UUID | None, *, at_once: bool, decided: UUID | None = None
) -> tuple[Posted, Work | None]:
    """What became of a message stored behind the end of a thread, and the work that begins with it."""
    seq = thread.seq + 1
    posted = Posted(said.message_id, answer_id, seq, at_once=at_once and answer_id is not None)
    if answer_id is None or not at_once:
        return posted, None
    work = Work(
        answer_id,
        thread.id,
        said.message_id,
        said.text,
        thread.locale,
        seq,
        thread.version,
        decided=decided,
        reader=thread.reader,
    )
    return posted, work
