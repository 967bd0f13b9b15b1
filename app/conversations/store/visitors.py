"""SQL of who a conversation's customer is, and their other conversations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.kernel.database import Session

_CUSTOMER = text(
    """SELECT c.visitor ->> 'user_id', c.visitor ->> 'name',
        (SELECT k.tier FROM customer k WHERE k.user_id = c.visitor ->> 'user_id'),
        c.locale, c.channel, least(c.created_at, others.first_at), greatest(1, coalesce(others.visits, 1))
    FROM conversation c LEFT JOIN LATERAL (
        SELECT min(o.created_at) AS first_at, count(*) AS visits FROM conversation o
        WHERE c.visitor IS NOT NULL AND o.visitor ->> 'user_id' = c.visitor ->> 'user_id'
        AND o.last_message_at IS NOT NULL
    ) others ON true
    WHERE c.id = :id"""
)
_OTHERS = text(
    """SELECT c.id, c.last_message_at, c.owner, left(first.text, 120) AS first_text,
        EXISTS (SELECT 1 FROM message a WHERE a.conversation_id = c.id AND a.role = 'agent') AS with_person
    FROM conversation c JOIN LATERAL (
        SELECT m.text FROM message m WHERE m.conversation_id = c.id AND m.role = 'customer' ORDER BY m.seq LIMIT 1
    ) first ON true
    WHERE c.visitor ->> 'user_id' = :user_id AND c.id <> :id AND c.last_message_at IS NOT NULL
    ORDER BY c.last_message_at DESC LIMIT :limit"""
)


async def find_customer(session: Session, id: UUID) -> Sequence[Any] | None:
    """user_id, name, tier, locale, channel, first seen, conversations."""
    return (await session.execute(_CUSTOMER, {"id": id})).one_or_none()


async def list_others(session: Session, id: UUID, user_id: str, limit: int) -> Sequence[Any]:
    """The customer's other conversations, latest first."""
    return (await session.execute(_OTHERS, {"id": id, "user_id": user_id, "limit": limit})).all()
