"""Facts escalation announces; listeners run inside the transaction that made them true."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Assigned:
    """A conversation is somebody's now; `how` says by what: assigned, accepted, taken_over, transferred, …"""

    conversation_id: UUID
    staff_id: UUID
    how: str
