"""Known customers: the tier each has, which opens the bases for that tier to them."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts import Principal, record_audit
from app.conversations.service import ConversationTools
from app.conversations.store import customers as store
from app.kernel.errors import NotFound
from app.kernel.ids import token_digest


@dataclass(frozen=True)
class KnownCustomer:
    """A customer by the company's own id for them, as visitor claims name it."""

    user_id: str
    tier: str
    updated_by: str
    updated_at: datetime


def customer_reference(user_id: str) -> str:
    """What the audit trail, which is never erased, says in place of a customer's id."""
    return f"customer:{token_digest(user_id)[:16]}"


async def list_customers(
    tools: ConversationTools, *, tier: str | None = None, after: str | None = None, limit: int = 50
) -> list[KnownCustomer]:
    """Customers with a tier, by id, behind `after`."""
    async with tools.database.reading() as session:
        rows = await store.list_customers(session, tier=tier, after=after, limit=limit)
    return [KnownCustomer(*row) for row in rows]


async def get_customer(tools: ConversationTools, user_id: str) -> KnownCustomer:
    """Raises NotFound, also for a customer without a tier."""
    async with tools.database.reading() as session:
        row = await store.find_customer(session, user_id)
    if row is None:
        raise NotFound
    return KnownCustomer(*row)


async def set_tier(tools: ConversationTools, user_id: str, tier: str | None, actor: Principal) -> None:
    """From the next question on the customer reads what this tier may; None: no tier any more."""
    async with tools.database.transaction() as session:
        before = await store.set_tier(session, user_id, tier, actor.name)
        if before != tier:
            await record_audit(session, actor, "customer.tier", customer_reference(user_id), tier=[before, tier])
