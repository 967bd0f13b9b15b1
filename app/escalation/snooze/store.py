"""SQL of what was put aside."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.kernel.database import Session

_PUT = text(
    """INSERT INTO desk_snooze (conversation_id, until) VALUES (:id, :until)
    ON CONFLICT (conversation_id) DO UPDATE SET until = excluded.until"""
)
_DUE = text("SELECT conversation_id FROM desk_snooze WHERE until <= :at ORDER BY until LIMIT 500")
_DROP = text("DELETE FROM desk_snooze WHERE conversation_id = :id AND until <= :at RETURNING conversation_id")
_UNTIL = text(
    """SELECT s.until FROM desk_snooze s JOIN conversation c ON c.id = s.conversation_id
    WHERE s.conversation_id = :id AND c.lifecycle = 'snoozed'"""
)


async def put_aside(session: Session, conversation_id: UUID, until: datetime) -> None:
    """A conversation comes back at a moment; a later word about it counts."""
    await session.execute(_PUT, {"id": conversation_id, "until": until})


async def due(session: Session, at: datetime) -> Sequence[UUID]:
    """Whose moment has come, the longest overdue first."""
    return list(await session.scalars(_DUE, {"at": at}))


async def forget(session: Session, conversation_id: UUID, at: datetime) -> bool:
    """Its moment has passed; False when it was put aside again meanwhile, or another process was faster."""
    return (await session.execute(_DROP, {"id": conversation_id, "at": at})).one_or_none() is not None


async def asleep_until(session: Session, conversation_id: UUID) -> datetime | None:
    """Until when it sleeps; None when it does not, or nobody said until when."""
    return (await session.execute(_UNTIL, {"id": conversation_id})).scalar_one_or_none()
