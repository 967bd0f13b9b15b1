"""SQL of a customer's message: one statement for the plain case, else one that locks and looks and one that writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.conversations.attachments.domain import Attachment, told_files
from app.conversations.domain import NewEvent, Thread
from app.conversations.store.log import as_json
from app.conversations.store.threads import THREAD_COLUMNS, THREAD_WIDTH, as_thread
from app.kernel.clock import iso
from app.kernel.database import Session
from app.kernel.single import Line

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

# The plain case in one round trip: the bot has an open thread, nothing in it is being answered, the message is new.
_ASK = text(
    f"""WITH thread AS (
        SELECT {THREAD_COLUMNS} FROM conversation c
        WHERE c.id = :id AND c.token_digest = :digest AND c.owner = 'bot' AND c.lifecycle = 'open'
        AND c.open_answers = 0
        AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id AND m.client_id = :client_id)
        FOR UPDATE OF c
    ), message AS (
        INSERT INTO message (id, conversation_id, seq, role, text, client_id, created_at)
        SELECT :message_id, id, seq + 1, 'customer', :text, :client_id, CAST(:at AS timestamptz) FROM thread
    ), event AS (
        INSERT INTO conversation_event (conversation_id, seq, type, message_id, data, actor, at)
        SELECT id, seq + 1, 'message.created', :message_id, CAST(:data AS jsonb), 'customer',
            CAST(:at AS timestamptz) FROM thread
    ), run AS (
        INSERT INTO answer_run (answer_id, conversation_id, question_id, state, node_id, attempt, version,
            stop_requested, created_at, started_at)
        SELECT :answer_id, id, :message_id, 'running', CAST(:node_id AS uuid), 1, version,
            false, CAST(:at AS timestamptz), CAST(:at AS timestamptz) FROM thread
    ), changed AS (
        UPDATE conversation SET seq = thread.seq + 1, last_message_at = CAST(:at AS timestamptz), open_answers = 1
        FROM thread WHERE conversation.id = thread.id
    )
    SELECT * FROM thread"""
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
class Said:
    """A message a customer has just written, before it has its place in the thread; files alone have no text."""

    message_id: UUID
    conversation_id: UUID
    client_id: str
    text: str
    at: datetime
    files: Sequence[Attachment] = ()

    @property
    def event(self) -> NewEvent:
        """What the log and the readers are told."""
        data = {"message_id": str(self.message_id), "role": "customer", "client_id": self.client_id}
        whole = {**data, "created_at": iso(self.at), **told_files(self.files)}
        return NewEvent("message.created", whole, self.message_id, {"text": self.text}, "customer")

    def values(self) -> dict[str, Any]:
        """Bind values."""
        return {
            "message_id": self.message_id,
            "id": self.conversation_id,
            "client_id": self.client_id,
            "text": self.text,
            "at": self.at,
            "data": as_json(self.event.data),
        }


@dataclass(frozen=True)
class NewQuestion:
    """A message to be stored at a place, and the answer it is promised, if any."""

    said: Said
    seq: int
    answer_id: UUID | None
    state: str
    node_id: UUID | None
    version: int
    confirmation_id: UUID | None = None


async def ask_at_once(line: Line, said: Said, digest: str, node_id: UUID, answer_id: UUID) -> Thread | None:
    """Message, event and running answer in one statement, at the end of the thread.

    The thread as it was before, or None when the case is not plain: a token that is not this thread's, another owner,
    an answer under way, a message that was stored before. Raises Collision.
    """
    values = {**said.values(), "digest": digest, "node_id": node_id, "answer_id": answer_id}
    try:
        rows = await line.rows(_ASK, values)
    except IntegrityError as error:
        raise Collision from error
    return as_thread(rows[0]) if rows else None


async def store_question(session: Session, question: NewQuestion) -> None:
    """Message, event and promised answer in one statement. Raises Collision."""
    values: dict[str, Any] = {
        **question.said.values(),
        "seq": question.seq,
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
