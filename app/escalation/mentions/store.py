"""SQL of mentions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from app.escalation.mentions.tables import DeskMentionRow
from app.kernel.clock import now
from app.kernel.database import Session

_UNSEEN = text(
    """SELECT n.conversation_id, n.id, n.author_name, n.text, n.created_at, c.visitor ->> 'name' AS customer
    FROM desk_mention m JOIN desk_note n ON n.id = m.note_id JOIN conversation c ON c.id = m.conversation_id
    WHERE m.staff_id = :staff_id AND m.seen_at IS NULL ORDER BY n.created_at DESC LIMIT :limit"""
)
_SEE = text(
    """UPDATE desk_mention SET seen_at = :at
    WHERE staff_id = :staff_id AND conversation_id = :conversation_id AND seen_at IS NULL"""
)


async def add_mentions(session: Session, note_id: UUID, conversation_id: UUID, staff_ids: Sequence[UUID]) -> None:
    """Notes who is named in a note."""
    rows = [
        {"note_id": note_id, "staff_id": one, "conversation_id": conversation_id, "created_at": now()}
        for one in staff_ids
    ]
    if rows:
        await session.execute(insert(DeskMentionRow).values(rows).on_conflict_do_nothing())


async def list_unseen(session: Session, staff_id: UUID, limit: int) -> Sequence[Any]:
    """Notes that name somebody and were not looked at, newest first."""
    return (await session.execute(_UNSEEN, {"staff_id": staff_id, "limit": limit})).all()


async def see(session: Session, staff_id: UUID, conversation_id: UUID) -> None:
    """Somebody looked at a conversation."""
    await session.execute(_SEE, {"staff_id": staff_id, "conversation_id": conversation_id, "at": now()})
