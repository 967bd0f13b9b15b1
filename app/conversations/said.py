"""Storing what a customer says, by words or by a click: once, with the answer it is promised, and that answer begun."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.conversations.attachments import store as files_store
from app.conversations.attachments.domain import Attachment
from app.conversations.attachments.sending import say_unread, told_files
from app.conversations.domain import NewEvent, Owner, Posted, Thread, Work
from app.conversations.drive import start_answer
from app.conversations.errors import TooManyWaiting
from app.conversations.events import CustomerWrote
from app.conversations.service import ConversationTools
from app.conversations.store import questions
from app.kernel.clock import iso, now
from app.kernel.database import Session
from app.kernel.errors import Unavailable
from app.kernel.ids import new_id, token_digest

MOST_WAITING = 3
MOST_TRIES = 5


@dataclass(frozen=True)
class Said:
    """One message of a customer. decided: the confirmation whose click it is. A message of files alone has no text."""

    client_id: str
    text: str
    files: Sequence[Attachment] = ()
    decided: UUID | None = None


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
    session: Session, tools: ConversationTools, thread: Thread, said: Said
) -> tuple[Posted, Work | None]:
    """Message, event and promised answer of a locked thread; the work, when the answer can begin at once."""
    for_bot, at_once = thread.owner is Owner.BOT and said.text != "", thread.open_answers == 0
    at, message_id, seq = now(), new_id(), thread.seq + 1
    data: dict[str, Any] = {
        "message_id": str(message_id),
        "role": "customer",
        "client_id": said.client_id,
        "created_at": iso(at),
    }
    data |= told_files(said.files)
    event = NewEvent("message.created", data, message_id, {"text": said.text}, actor="customer")
    question = questions.NewQuestion(
        message_id=message_id,
        conversation_id=thread.id,
        seq=seq,
        text=said.text,
        client_id=said.client_id,
        at=at,
        event=event,
        answer_id=new_id() if for_bot else None,
        state="running" if at_once else "waiting",
        node_id=tools.answers.node_id if at_once else None,
        version=thread.version,
        confirmation_id=said.decided,
    )
    await questions.store_question(session, question)
    tools.bulletin.publish_later(session, thread.id, [event.logged(seq)])
    if thread.owner is not Owner.BOT:
        await tools.bulletin.announcer.announce(session, CustomerWrote(thread.id, thread.owner, at))
    if said.files:
        await files_store.send(session, message_id, [one.id for one in said.files])
        if thread.owner is Owner.BOT:
            await say_unread(session, tools.bulletin, thread)
    posted = Posted(message_id, question.answer_id, seq, at_once=at_once and for_bot)
    if question.answer_id is None or not at_once:
        return posted, None
    work = Work(
        question.answer_id,
        thread.id,
        message_id,
        said.text,
        thread.locale,
        seq,
        thread.version,
        decided=said.decided,
        reader=thread.reader,
    )
    return posted, work
