"""What a person of the staff says to a customer, once the conversation is theirs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.conversations.attachments import store as files_store
from app.conversations.attachments.domain import told_files
from app.conversations.attachments.sending import claim
from app.conversations.bulletin import Bulletin
from app.conversations.domain import Agent, NewEvent, Owner, Posted, Thread
from app.conversations.errors import ClientIdReused, NotTakenOver, NotYours
from app.conversations.store import replies, threads
from app.kernel.clock import iso, now
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id


async def lock_conversation(session: Session, conversation_id: UUID) -> Thread:
    """The conversation as it stands, which nobody else changes until the transaction ends. Raises NotFound."""
    thread = await threads.lock_thread(session, conversation_id)
    if thread is None:
        raise NotFound
    return thread


async def post_reply(
    session: Session,
    bulletin: Bulletin,
    conversation_id: UUID,
    agent: Agent,
    client_id: str,
    text: str,
    attachments: Sequence[UUID] = (),
) -> Posted:
    """Stores a reply once and tells every reader; the same client_id again is the same reply.

    Raises NotFound, NotYours when it is with somebody else, NotTakenOver when with nobody, ClientIdReused,
    AttachmentGone.
    """
    thread = await lock_conversation(session, conversation_id)
    known = await replies.find_written(session, conversation_id, client_id)
    if known is not None:
        message_id, said, seq, role = known
        if (said, role) != (text, "agent"):
            raise ClientIdReused
        return Posted(message_id, None, seq, again=True)
    if thread.owner is not Owner.AGENT:
        raise NotTakenOver
    if thread.agent_id != agent.id:
        raise NotYours(name=thread.agent_name or "")
    actor = f"staff:{agent.id}"
    files = await claim(session, conversation_id, attachments, actor)
    at, message_id, seq = now(), new_id(), thread.seq + 1
    data: dict[str, Any] = {
        "message_id": str(message_id),
        "role": "agent",
        "client_id": client_id,
        "created_at": iso(at),
    }
    data |= told_files(files)
    event = NewEvent("message.created", data, message_id, {"text": text}, actor=actor)
    await replies.store_reply(
        session,
        conversation_id,
        seq,
        message_id=message_id,
        text=text,
        client_id=client_id,
        agent_name=agent.name,
        event=event,
        at=at,
    )
    if files:
        await files_store.send(session, message_id, [one.id for one in files])
    bulletin.publish_later(session, conversation_id, [event.logged(seq)])
    return Posted(message_id, None, seq)
