"""What the desk shows of a conversation's clocks: those that run, and where warnings and breaches were told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.escalation.lists.views import ClockView, clock
from app.escalation.sla.domain import Clock
from app.escalation.sla.store.clocks import clocks_of
from app.kernel.database import Session


@dataclass(frozen=True)
class ClockMark:
    """A warning or a breach as a line of the transcript; `seq` says between which messages."""

    seq: int
    kind: str
    breached: bool
    at: datetime


@dataclass(frozen=True)
class ClockFacts:
    """The clocks that run or are paused, and what was told."""

    clocks: tuple[ClockView, ...]
    marks: tuple[ClockMark, ...]


async def read_clock_facts(session: Session, conversation_id: UUID) -> ClockFacts:
    """What the desk shows of one conversation."""
    known = await clocks_of(session, conversation_id)
    running = [one for one in known if one.ended_at is None and one.target_s is not None]
    shown = (clock(one.kind, one.due_at, bool(one.warned_at), bool(one.breached_at)) for one in running)
    return ClockFacts(tuple(shown), tuple(mark for one in known for mark in _marks(one)))


def _marks(one: Clock) -> list[ClockMark]:
    """A breach is the last thing that is told of a clock."""
    moments = [at for at in (one.warned_at, one.breached_at) if at is not None]
    return [
        ClockMark(
            seq,
            one.kind.value,
            one.breached_at is not None and nth == len(one.marks),
            moments[-1] if nth == len(one.marks) else moments[0],
        )
        for nth, seq in enumerate(one.marks, 1)
        if moments
    ]
