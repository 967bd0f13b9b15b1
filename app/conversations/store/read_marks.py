"""SQL of read marks: which message they name, and the last of each side in the log."""

from uuid import UUID

from sqlalchemy import text

from app.kernel.database import Session

_PLACE = text("SELECT seq FROM message WHERE id = :message_id AND conversation_id = :id AND role = :role")
_LAST = text(
    """SELECT DISTINCT ON (e.data ->> 'by') e.data ->> 'by' AS side, m.id, m.seq
    FROM conversation_event e JOIN message m ON m.id = CAST(e.data ->> 'message_id' AS uuid)
    WHERE e.conversation_id = :id AND e.type = :type ORDER BY e.data ->> 'by', e.seq DESC"""
)


async def place_of(session: Session, id: UUID, message_id: UUID, role: str) -> int | None:
    """Where a message of that role stands in the thread; None when there is no such message."""
    found = await session.execute(_PLACE, {"id": id, "message_id": message_id, "role": role})
    return found.scalar_one_or_none()


async def last_read(session: Session, id: UUID, type: str) -> dict[str, tuple[UUID, int]]:
    """By side, the last message it has read, and where that stands."""
    rows = await session.execute(_LAST, {"id": id, "type": type})
    return {row.side: (row.id, row.seq) for row in rows}
