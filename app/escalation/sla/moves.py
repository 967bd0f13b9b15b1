"""What happens to the clocks of a conversation when it changes hands, the customer writes, or a person replies."""

from dataclasses import dataclass, field

from app.conversations import Lifecycle, Owner, OwnerChanged
from app.escalation.sla.domain import ClockKind, Mode, Outcome

Q, F, N, R = ClockKind.QUEUE_WAIT, ClockKind.FIRST_REPLY, ClockKind.NEXT_REPLY, ClockKind.RESOLUTION
NO_MORE = dict.fromkeys(ClockKind, Outcome.CANCELLED)


@dataclass(frozen=True)
class Moves:
    """Which clocks start, which end how, and whose turn it is in those that go on (None: as before)."""

    start: tuple[ClockKind, ...] = ()
    end: dict[ClockKind, Outcome] = field(default_factory=dict)
    mode: Mode | None = None


def on_owner(changed: OwnerChanged, waited_for: set[ClockKind]) -> Moves:
    """The clocks follow who owns the conversation; `waited_for` are the open ones."""
    asleep = changed.lifecycle is Lifecycle.SNOOZED
    if changed.owner is Owner.QUEUE:
        return _into_line(changed, waited_for, asleep)
    if changed.owner is Owner.AGENT:
        if changed.before in (Owner.AGENT, Owner.QUEUE):
            return Moves((), {Q: Outcome.MET}, Mode.ASLEEP if asleep else Mode.OURS)
        return Moves((F, R), dict(NO_MORE))
    if changed.before is Owner.AGENT:
        return Moves((), {**NO_MORE, R: Outcome.MET})
    return Moves((), dict(NO_MORE))


def _into_line(changed: OwnerChanged, waited_for: set[ClockKind], asleep: bool) -> Moves:
    if asleep:  # a message was left: nobody stands in line, and an answer is still owed
        return Moves((), {Q: Outcome.CANCELLED})
    if changed.before is Owner.QUEUE:
        return Moves((Q,), {}, Mode.OURS)
    if changed.before is Owner.AGENT:
        owed = () if waited_for & {F, N} else (N,)
        return Moves((Q, *owed), {Q: Outcome.CANCELLED}, Mode.OURS)
    return Moves((Q, F, R), dict(NO_MORE))


def on_customer(waited_for: set[ClockKind]) -> Moves:
    """The customer said something to people: it is our turn, and from the second time on the next reply is owed."""
    owed = not waited_for & {F, N} and R in waited_for
    return Moves((N,) if owed else (), {}, Mode.OURS)


def on_reply() -> Moves:
    """A person replied: what was owed is given, and it is the customer's turn."""
    return Moves((), {F: Outcome.MET, N: Outcome.MET}, Mode.CUSTOMER)
