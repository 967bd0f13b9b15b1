"""SQL of what customers let us remember."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.answering.memory.domain import Fact, FactKind, Noted, Remembered
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id

# Newest first within each kind; the profile before the cases.
_READ = text(
    """SELECT m.consent, f.id, f.kind, f.text, f.updated_at
    FROM customer_memory m LEFT JOIN customer_fact f ON f.user_id = m.user_id
    WHERE m.user_id = :user_id ORDER BY f.kind DESC, f.updated_at DESC, f.id LIMIT :limit"""
)
_DECIDE = text(
    """INSERT INTO customer_memory (user_id, consent, decided_at) VALUES (:user_id, :consent, :at)
    ON CONFLICT (user_id) DO UPDATE SET consent = excluded.consent, decided_at = excluded.decided_at
        WHERE customer_memory.consent <> excluded.consent"""
)
# Locks the decision, so that nothing is written behind a customer who just took the consent back.
_MAY = text("SELECT consent AND decided_at <= :said_at FROM customer_memory WHERE user_id = :user_id FOR UPDATE")
_NOTE = text(
    """INSERT INTO customer_fact (id, user_id, kind, key, text, updated_at)
    VALUES (:id, :user_id, :kind, :key, :text, :at)
    ON CONFLICT (user_id, kind, key) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at"""
)
_TRIM = text(
    """DELETE FROM customer_fact WHERE user_id = :user_id AND kind = :kind AND id NOT IN (
        SELECT id FROM customer_fact WHERE user_id = :user_id AND kind = :kind
        ORDER BY updated_at DESC, id LIMIT :most)"""
)
_ERASE = text("DELETE FROM customer_fact WHERE user_id = :user_id")
_ERASE_ONE = text("DELETE FROM customer_fact WHERE user_id = :user_id AND id = :id RETURNING id")


async def read_memory(session: Session, user_id: str, limit: int) -> Remembered:
    """A customer's decision and facts; nothing of a customer who did not consent."""
    rows = list(await session.execute(_READ, {"user_id": user_id, "limit": limit}))
    if not rows:
        return Remembered()
    facts = tuple(Fact(row[1], FactKind(row[2]), row[3], row[4]) for row in rows if row[1] is not None)
    return Remembered(rows[0][0], facts if rows[0][0] else ())


async def set_consent(session: Session, user_id: str, consent: bool) -> None:
    """Keeps the decision; what was kept is erased with a no."""
    await session.execute(_DECIDE, {"user_id": user_id, "consent": consent, "at": now()})
    if not consent:
        await session.execute(_ERASE, {"user_id": user_id})


async def note_facts(session: Session, user_id: str, said_at: datetime, noted: Sequence[Noted], most: int) -> None:
    """Keeps facts of a customer who had consented when they were said, and only the newest of each kind."""
    if not (await session.execute(_MAY, {"user_id": user_id, "said_at": said_at})).scalar_one_or_none():
        return
    for fact in noted:
        values = {"id": new_id(), "user_id": user_id, "kind": fact.kind.value, "key": fact.key, "text": fact.text}
        await session.execute(_NOTE, {**values, "at": now()})
    for kind in {fact.kind.value for fact in noted}:
        await session.execute(_TRIM, {"user_id": user_id, "kind": kind, "most": most})


async def erase_facts(session: Session, user_id: str) -> None:
    """Forgets everything but the decision."""
    await session.execute(_ERASE, {"user_id": user_id})


async def erase_fact(session: Session, user_id: str, fact_id: UUID) -> bool:
    """Forgets one fact; False when the customer has no such fact."""
    return (await session.execute(_ERASE_ONE, {"user_id": user_id, "id": fact_id})).scalar_one_or_none() is not None
