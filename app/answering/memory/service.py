"""What can be done with a customer's memory: decide, look, forget, and keep what they said."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.answering.memory import store
from app.answering.memory.domain import Noted, Remembered
from app.kernel.database import Session
from app.kernel.errors import NotFound

MOST_OF_A_KIND = 20


async def recall_customer(session: Session, user_id: str) -> Remembered:
    """What is remembered of a customer."""
    return await store.read_memory(session, user_id, 2 * MOST_OF_A_KIND)


async def decide_consent(session: Session, user_id: str, consent: bool) -> Remembered:
    """Keeps the customer's decision; a no erases what was kept."""
    await store.set_consent(session, user_id, consent)
    return await recall_customer(session, user_id)


async def note_customer(session: Session, user_id: str, said_at: datetime, noted: Sequence[Noted]) -> None:
    """Keeps facts, if the customer had consented by the time they were said."""
    if noted:
        await store.note_facts(session, user_id, said_at, noted, MOST_OF_A_KIND)


async def forget_customer(session: Session, user_id: str, fact_id: UUID | None = None) -> None:
    """Forgets one fact, or all of them. Raises NotFound when the customer has no such fact."""
    if fact_id is None:
        await store.erase_facts(session, user_id)
    elif not await store.erase_fact(session, user_id, fact_id):
        raise NotFound
