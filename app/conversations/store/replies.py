"""SQL of what staff says to a customer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.conversations.domain import NewEvent
from app.conversations.store.log import as_json
from app.kernel.database import Session

_KNOWN = text(
    "SELECT id, text, seq, role FROM message WHERE conversation_id = :conversation_id AND client_id = :client_id"
)
_STORE = text(
    """WITH message AS (
        INSERT INTO message (id, conversation_id, seq, role, text, client_id, agent_name, created_at)
        VALUES (:message_id, :conversation_id, :seq, 'agent', :text, :client_id, :agent_name, :at)
    ), event AS (
        INSERT INTO conversation_event (conversation_id, seq, type, message_id, data, actor, at)
        VALUES (:conversation_id, :seq, 'message.created', :message_id, CAST(:data AS jsonb), :actor, :at)
    )
    UPDATE conversation SET seq = :seq, last_message_at = :at WHERE id = :conversation_id"""
)


async def find_written(session: Session, conversation_id: UUID, client_id: str) -> tuple[UUID, str, int, str] | None:
    """Id, text, number and role of the message stored under a client_id."""
    values = {"conversation_id": conversation_id, "client_id": client_id}
    row = (await session.execute(_KNOWN, values)).one_or_none()
    return None if row is None else (row.id, row.text, row.seq, row.role)


async def store_reply(
    session: Session,
    conversation_id: UUID,
    seq: int,
    *,
    message_id: UUID,
    text: str,
    client_id: str,
    agent_name: str,
    event: NewEvent,
    at: datetime,
) -> None:
    """Message and event of a locked thread, under the next number of its log."""
    values = {
        "message_id": message_id,
        "conversation_id": conversation_id,
        "seq": seq,
        "text": text,
        "client_id": client_id,
        "agent_name": agent_name,
        "data": as_json(event.data),
        "actor": event.actor,
        "at": at,
    }
    await session.execute(_STORE, values)
