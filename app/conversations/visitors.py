"""What is known of the customer of a conversation: who, since when, how often, and about what before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.conversations.domain import Owner
from app.conversations.store import visitors
from app.kernel.database import Session
from app.kernel.errors import NotFound


@dataclass(frozen=True)
class CustomerCard:
    """The customer; `user_id`, name and tier of somebody the company vouches for. `visits` counts conversations."""

    user_id: str | None
    name: str | None
    tier: str | None
    locale: str
    channel: str
    first_seen: datetime
    visits: int

    @property
    def verified(self) -> bool:
        """Whether the company said who this is."""
        return self.user_id is not None


@dataclass(frozen=True)
class PastConversation:
    """An earlier conversation of the same customer, by its first words."""

    id: UUID
    at: datetime
    owner: Owner
    first_text: str
    with_person: bool


async def read_customer(session: Session, conversation_id: UUID) -> CustomerCard:
    """Raises NotFound."""
    row = await visitors.find_customer(session, conversation_id)
    if row is None:
        raise NotFound
    return CustomerCard(*row)


async def past_conversations(
    session: Session, conversation_id: UUID, user_id: str | None, limit: int
) -> list[PastConversation]:
    """The others of a known customer, latest first; nothing is known of anybody else's."""
    if user_id is None:
        return []
    rows = await visitors.list_others(session, conversation_id, user_id, limit)
    return [
        PastConversation(row.id, row.last_message_at, Owner(row.owner), row.first_text, row.with_person) for row in rows
    ]
