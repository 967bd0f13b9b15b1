"""SQL of known customers and their tiers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from app.kernel.clock import now
from app.kernel.database import Session

_COLUMNS = "user_id, tier, updated_by, updated_at"
_FIND = text(f"SELECT {_COLUMNS} FROM customer WHERE user_id = :user_id")
_LIST = text(
    f"""SELECT {_COLUMNS} FROM customer
    WHERE user_id > :after AND (CAST(:tier AS text) IS NULL OR tier = :tier) ORDER BY user_id LIMIT :limit"""
)
_LOCK = text("SELECT tier FROM customer WHERE user_id = :user_id FOR UPDATE")
_SET = text(
    """INSERT INTO customer (user_id, tier, updated_by, updated_at) VALUES (:user_id, :tier, :by, :at)
    ON CONFLICT (user_id) DO UPDATE SET tier = excluded.tier, updated_by = excluded.updated_by,
        updated_at = excluded.updated_at"""
)
_FORGET = text("DELETE FROM customer WHERE user_id = :user_id")


async def find_customer(session: Session, user_id: str) -> Sequence[Any] | None:
    """Id, tier, who set it, when."""
    return (await session.execute(_FIND, {"user_id": user_id})).one_or_none()


async def list_customers(
    session: Session, *, tier: str | None, after: str | None, limit: int
) -> Sequence[Sequence[Any]]:
    """Id, tier, who set it, when; by id."""
    values = {"tier": tier, "after": after or "", "limit": limit}
    return (await session.execute(_LIST, values)).all()


async def set_tier(session: Session, user_id: str, tier: str | None, by: str) -> str | None:
    """Writes or forgets a tier; gives back the one before."""
    before: str | None = await session.scalar(_LOCK, {"user_id": user_id})
    if tier is None:
        await session.execute(_FORGET, {"user_id": user_id})
    else:
        await session.execute(_SET, {"user_id": user_id, "tier": tier, "by": by, "at": now()})
    return before
