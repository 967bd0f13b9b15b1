"""SQL of a customer's message: two statements, one that locks and looks, one that writes everything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.conversations.domain import NewEvent, Thread
from app.conversations.store.log import as_json
from app.conversations.store.threads import THREAD_COLUMNS, THREAD_WIDTH, as_thread
from app.kernel.database import Session

_LOOK = text(
    f"""SELECT {THREAD_COLUMNS}, m.id, m.text, m.seq,
        (SELECT r.answer_id FROM answer_run r WHERE r.question_id = m.id ORDER BY r.created_at, r.answer_id LIMIT 1)
    FROM conversation c
    LEFT JOIN message m ON m.conversation_id = c.id AND m.client_id = :client_id
    WHERE c.id = :id FOR UPDATE OF c"""
)
_STORE = text(
    """WITH message AS (
        INSERT INTO message (id, conversation_id, seq, role, text, client_id, created_at)
        VALUES (:message_id, :id, :seq, 'customer', :text, :client_id, :at)
    ), event AS (
        INSERT INTO conversation_event (conversation_id, seq, type, message_id, data, actor, at)
        VALUES (:id, :seq, 'message.created', :message_id, CAST(:data AS jsonb), 'customer', :at)
    ), run AS (
        INSERT INTO answer_run (answer_id, conversation_id, question_id, state, node_id, attempt, version,
            stop_requested, confirmation_id, created_at, started_at)
        SELECT CAST(:answer_id AS uuid), :id, :message_id, :state, CAST(:node_id AS uuid), 1, :version,
            false, CAST(:confirmation_id AS uuid), :at, CASE WHEN :state = 'running' THEN CAST(:at AS timestamptz) END
        WHERE CAST(:answer_id AS uuid) IS NOT NULL
    )
    UPDATE conversation SET seq = :seq, last_message_at = :at,
        open_answers = open_answers + CASE WHEN CAST(:answer_id AS uuid) IS NULL THEN 0 ELSE 1 END
    WHERE id = :id"""
)


class Collision(Exception):
    """Another request wrote the same message, or began an answer, while this one waited for the lock: try again."""


@dataclass(frozen=True)
class Known:
    """A message that had been stored under the same client_id."""

    message_id: UUID
    text: str
    seq: int
    answer_id: UUID | None


async def lock_and_look(session: Session, id: UUID, client_id: str) -> tuple[Thread, Known | None] | None:
    """The locked thread, and the message already stored under this client_id."""
    row = (await session.execute(_LOOK, {"id": id, "client_id": client_id})).one_or_none()
    if row is None:
        return None
    stored = row[THREAD_WIDTH:]
    known = None if stored[0] is None else Known(*stored)
    return as_thread(row), known


@dataclass(frozen=True)
class NewQuestion:
    """A message to be stored, and the answer it is promised, if any."""

    message_id: UUID
    conversation_id: UUID
    seq: int
    text: str
    client_id: str
    at: datetime
    event: NewEvent
    answer_id: UUID | None
    state: str
    node_id: UUID | None
    version: int
    confirmation_id: UUID | None = None


async def store_question(session: Session, question: NewQuestion) -> None:
    """Message, event and promised answer in one statement. Raises Collision."""
    values: dict[str, Any] = {
        "message_id": question.message_id,
        "id": question.conversation_id,
        "seq": question.seq,
        "text": question.text,
        "client_id": question.client_id,
        "at": question.at,
        "data": as_json(question.event.data),
        "answer_id": question.answer_id,
        "state": question.state,
        "node_id": question.node_id,
        "version": question.version,
        "confirmation_id": question.confirmation_id,
    }
    try:
        await session.execute(_STORE, values)
    except IntegrityError as error:
        raise Collision from error
