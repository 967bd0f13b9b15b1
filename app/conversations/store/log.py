"""SQL of the event log: adding to it under the thread's lock, reading it in order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from app.conversations.domain import ANSWER_MARKS, SILENT, LoggedEvent, NewEvent
from app.kernel.clock import now
from app.kernel.database import Session

EVENT_ROWS = """jsonb_to_recordset(CAST(:events AS jsonb))
    AS e(nth int, type text, message_id uuid, data jsonb, actor text, reason text)"""
_APPEND = text(
    f"""WITH thread AS (
        UPDATE conversation SET seq = seq + :count WHERE id = :id RETURNING seq - :count AS seq
    )
    INSERT INTO conversation_event (conversation_id, seq, type, message_id, data, actor, reason, at)
    SELECT :id, thread.seq + e.nth, e.type, e.message_id, e.data, e.actor, e.reason, :at FROM thread, {EVENT_ROWS}
    RETURNING seq"""
)
_AFTER = text(
    """SELECT e.seq, e.type, e.data, m.text, m.outcome, m.suggestions, (
        SELECT jsonb_agg(jsonb_build_object('number', n.number, 'document_id', n.document_id, 'faq_id', n.faq_id,
            'chunk_id', n.chunk_id, 'title', n.title, 'heading_path', n.heading_path, 'page', n.page,
            'quote', n.quote) ORDER BY n.number)
        FROM citation n WHERE n.message_id = e.message_id AND e.type = 'answer.completed')
    FROM conversation_event e LEFT JOIN message m ON m.id = e.message_id
    WHERE e.conversation_id = :id AND e.seq > :seq ORDER BY e.seq LIMIT :limit"""
)
_MARK = text(
    """SELECT seq, type, data ->> 'answer_id' FROM conversation_event
    WHERE conversation_id = :id AND seq <= :seq AND type = ANY(:marks) ORDER BY seq DESC LIMIT 1"""
)
_TOLD = text(
    """SELECT seq FROM conversation_event WHERE conversation_id = :id AND seq <= :seq AND type <> ALL(:silent)
    ORDER BY seq DESC LIMIT 1"""
)


def as_json(value: Any) -> str:
    """A bind value for CAST(… AS jsonb), which cannot hold NUL."""
    try:
        found = orjson.dumps(value, default=str)
    except TypeError:  # half of a surrogate pair
        found = orjson.dumps(_clean(value), default=str)
    if b"\\u0000" in found:
        found = orjson.dumps(_clean(value), default=str)
    return found.decode()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(name): _clean(member) for name, member in value.items()}
    return [_clean(member) for member in value] if isinstance(value, list | tuple) else value


def event_rows(events: Sequence[NewEvent]) -> str:
    """The bind value of EVENT_ROWS."""
    return as_json(
        [
            {
                "nth": nth,
                "type": event.type,
                "message_id": event.message_id,
                "data": event.data,
                "actor": event.actor,
                "reason": event.reason,
            }
            for nth, event in enumerate(events, 1)
        ]
    )


async def append(session: Session, id: UUID, events: Sequence[NewEvent]) -> list[LoggedEvent]:
    """Adds events at the end of a thread's log, locking the thread."""
    values = {"id": id, "count": len(events), "events": event_rows(events), "at": now()}
    seqs = sorted((await session.execute(_APPEND, values)).scalars())
    return [event.logged(seq) for seq, event in zip(seqs, events, strict=True)]


async def read_after(session: Session, id: UUID, seq: int, limit: int) -> list[LoggedEvent]:
    """The next events behind a number, whole again: texts and citations come from the messages they are about."""
    rows = await session.execute(_AFTER, {"id": id, "seq": seq, "limit": limit})
    return [LoggedEvent(row[0], row[1], _whole(*row[1:])) for row in rows]


def _whole(
    type: str,
    data: dict[str, Any],
    message: str | None,
    outcome: str | None,
    suggestions: list[str] | None,
    citations: list[dict[str, Any]] | None,
) -> dict[str, Any]:
    if type == "message.created":
        return {**data, "text": message}
    if type == "answer.completed":
        found = {"text": message, "outcome": outcome, "citations": citations or [], "suggestions": suggestions or []}
        return {**data, **found}
    if type == "answer.failed":
        return {**data, "text": message}
    return data


async def mark_at(session: Session, id: UUID, seq: int) -> tuple[int, str, UUID] | None:
    """The last event up to a number that says which answer was being written: its number, type and answer."""
    row = (await session.execute(_MARK, {"id": id, "seq": seq, "marks": list(ANSWER_MARKS)})).one_or_none()
    return None if row is None else (row[0], row[1], UUID(row[2]))


async def last_told(session: Session, id: UUID, seq: int) -> int:
    """The number of the last event up to a number that readers are told of."""
    row = (await session.execute(_TOLD, {"id": id, "seq": seq, "silent": list(SILENT)})).scalar_one_or_none()
    return int(row or 0)
