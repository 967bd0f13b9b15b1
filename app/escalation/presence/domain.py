"""The words of presence: what somebody says about being there, and when that is no longer believed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

BEAT_EVERY_S = 15.0
ATTENTIVE = timedelta(seconds=45)  # whose desk was silent for longer is given nothing new
GRACE = timedelta(minutes=3)  # whose desk was silent for longer is gone
DEFAULT_CAPACITY = 5
MISSES = 2  # offers missed in a row before a break


class Presence(StrEnum):
    """Online: may be given conversations. Busy: none. Break and offline: not there."""

    ONLINE = "online"
    BUSY = "busy"
    BREAK = "break"
    OFFLINE = "offline"


@dataclass(frozen=True)
class AgentAtWork:
    """Somebody who serves: the state they set, and how many conversations they have of how many they can take."""

    staff_id: UUID
    name: str
    state: Presence
    state_at: datetime | None
    seen_at: datetime | None
    capacity: int = DEFAULT_CAPACITY
    skills: tuple[str, ...] = ()
    load: int = 0
    groups: tuple[UUID, ...] = ()

    def is_there(self, at: datetime) -> bool:
        """Whether the state is to be believed: somebody whose desk is closed is not there."""
        return self.state is not Presence.OFFLINE and self.seen_at is not None and self.seen_at > at - GRACE
