"""Who is typing: told to whoever looks at that moment, and kept nowhere."""

from typing import Any
from uuid import UUID

import orjson

from app.conversations.bulletin import DESK_KEY, Bulletin
from app.conversations.entries import signal_entry
from app.conversations.service import ConversationTools, authenticate_customer
from app.kernel.limits import Allowance

TYPING = Allowance("typing", per_minute=60)  # by conversation; one every few seconds is enough


async def note_customer_typing(tools: ConversationTools, conversation_id: UUID, token: str) -> None:
    """The staff who have the conversation open see that the customer writes. Raises NotFound, TooManyRequests."""
    await tools.limits.take(TYPING, str(conversation_id))
    customer = await authenticate_customer(tools, conversation_id, token)
    tell_desk(tools.bulletin, customer.conversation_id, "customer.typing", {})


def tell_customer_typing(bulletin: Bulletin, conversation_id: UUID) -> None:
    """The customer sees that the person writes."""
    bulletin.publish(conversation_id, signal_entry("agent.typing", {}))


def tell_desk(bulletin: Bulletin, conversation_id: UUID, name: str, data: dict[str, Any]) -> None:
    """A signal to everybody of the staff who has the conversation open."""
    bulletin.live.append(DESK_KEY, orjson.dumps([name, str(conversation_id), data]))


def desk_signal(entry: bytes) -> tuple[str, UUID, dict[str, Any]] | None:
    """Name, conversation and data of a signal in the desk's stream; None for a changed conversation's 16 bytes."""
    if len(entry) == 16:
        return None
    name, conversation_id, data = orjson.loads(entry)
    return name, UUID(conversation_id), data
