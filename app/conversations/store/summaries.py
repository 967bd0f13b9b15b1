"""SQL of running summaries: what a summary holds already, and what of the thread it does not."""

from uuid import UUID

from sqlalchemy import text

from app.answering import Turn
from app.kernel.clock import now
from app.kernel.database import Session

_READ = text("SELECT text FROM conversation_summary WHERE conversation_id = :id AND upto < :before")
# An answer's place is that of its question, so that both are folded together.
_UNFOLDED = text(
    """SELECT m.role, m.text, m.outcome, coalesce(q.seq, m.seq) AS place, s.text AS summary
    FROM message m LEFT JOIN message q ON q.id = m.reply_to
    LEFT JOIN conversation_summary s ON s.conversation_id = m.conversation_id
    WHERE m.conversation_id = :id AND m.role <> 'system' AND m.text <> ''
        AND coalesce(q.seq, m.seq) > coalesce(s.upto, 0)
    ORDER BY place, m.seq LIMIT :limit"""
)
_WRITE = text(
    """INSERT INTO conversation_summary (conversation_id, upto, text, made_by, updated_at)
    VALUES (:id, :upto, :text, :made_by, :at)
    ON CONFLICT (conversation_id) DO UPDATE
    SET upto = excluded.upto, text = excluded.text, made_by = excluded.made_by, updated_at = excluded.updated_at
    WHERE conversation_summary.upto < excluded.upto"""
)


async def read_summary(session: Session, id: UUID, before: int) -> str:
    """The summary of what came before a message; "" when there is none."""
    return (await session.execute(_READ, {"id": id, "before": before})).scalar_one_or_none() or ""


async def read_unfolded(session: Session, id: UUID, limit: int) -> tuple[str, list[tuple[int, Turn]]]:
    """The summary, and the turns it does not hold yet with their places, oldest first."""
    rows = list(await session.execute(_UNFOLDED, {"id": id, "limit": limit}))
    return (rows[0].summary or "" if rows else ""), [(row.place, Turn(row.role, row.text, row.outcome)) for row in rows]


async def write_summary(session: Session, id: UUID, upto: int, summary: str, made_by: str) -> None:
    """Keeps a summary unless a newer one is there."""
    await session.execute(_WRITE, {"id": id, "upto": upto, "text": summary, "made_by": made_by, "at": now()})
