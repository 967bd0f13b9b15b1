"""Facts the escalation room announces; listeners run inside the transaction that made them true."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Assigned:
    """A conversation is somebody's now; `how` says by what: assigned, accepted, taken_over, transferred, …"""

    conversation_id: UUID
    staff_id: UUID
    how: str


@dataclass(frozen=True)
class SuggestionSent:
    """A suggested reply was sent to the customer, as it was or edited; `citations` are what it rested on."""

    conversation_id: UUID
    message_id: UUID
    suggested: str
    sent: str
    staff_id: UUID
    citations: tuple[dict[str, Any], ...]
