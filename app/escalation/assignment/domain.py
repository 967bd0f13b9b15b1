"""The words of assignment: a conversation's entry in the line, and where it stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.conversations import Owner
from app.escalation.queues.domain import Mode, Priority

LOOK_BACK = timedelta(minutes=15)
FEWEST_TAKEN = 3  # an estimate from fewer would be a guess
STICKY_FOR = timedelta(days=7)
TOLD_IN_LINE = 20  # whoever stands further behind is told when it comes nearer


class EntryState(StrEnum):
    """Planned: about to wait, its group is chosen. Then it waits, is served, or has left."""

    PLANNED = "planned"
    WAITING = "waiting"
    SERVED = "served"
    LEFT = "left"


@dataclass(frozen=True)
class Entry:
    """A conversation's place among those with people; `queued_at` is kept while it is served, to come back to."""

    conversation_id: UUID
    group_id: UUID
    state: EntryState
    priority: Priority
    skill: str | None
    queued_at: datetime | None
    declined: tuple[UUID, ...] = ()
    offered_to: UUID | None = None
    offered_until: datetime | None = None
    message_left_at: datetime | None = None
    contact: str | None = None
    first_reply_at: datetime | None = None


@dataclass(frozen=True)
class LinePlace:
    """Where a conversation stands: `position` from 1, None when it does not wait; the estimate None when unknown."""

    owner: Owner
    position: int | None
    estimated_wait_s: int | None


@dataclass(frozen=True)
class Pace:
    """How fast a group takes conversations of late, and whether anybody is on duty."""

    taken: int
    first_at: datetime | None
    on_duty: int

    def estimate_s(self, position: int, at: datetime) -> int | None:
        """The wait at a place in the line; None when it is not known, and nobody is told a guess."""
        if self.on_duty == 0 or self.taken < FEWEST_TAKEN or self.first_at is None:
            return None
        return round(position * (at - self.first_at).total_seconds() / self.taken)


@dataclass(frozen=True)
class Turn:
    """The conversation whose turn it is, and how its group gives it out."""

    conversation_id: UUID
    group_id: UUID
    mode: Mode
    accept_within_s: int
    wanted_agent_id: UUID | None
