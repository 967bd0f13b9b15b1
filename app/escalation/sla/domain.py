"""The words of service levels: policies, the four clocks of a conversation, and when each is due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.escalation.calendars import Calendar, Calendars, add_time, time_between
from app.escalation.queues.domain import Priority

WARN_AT = 0.75


class ClockKind(StrEnum):
    """What is waited for: somebody, their first word, their next one, the end. All start at the escalation."""

    QUEUE_WAIT = "queue_wait"
    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"


class Mode(StrEnum):
    """Whose turn it is: ours, the customer's, or nobody's while the conversation sleeps."""

    OURS = "ours"
    CUSTOMER = "customer"
    ASLEEP = "asleep"


class Outcome(StrEnum):
    """How a clock ended; cancelled: what was waited for is not wanted any more, and it was not late until then."""

    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Breach:
    """What a breach causes. take_back: from an agent who does not reply, into the line again."""

    notify: bool = True
    raise_priority: bool = False
    take_back: bool = False
    move_to: UUID | None = None


@dataclass(frozen=True)
class Policy:
    """How long customers of some queues, priorities and tiers wait at most; an empty tuple means all.

    targets: seconds by kind, of the calendar's open time; a kind that is missing has none.
    """

    id: UUID
    name: str
    targets: Mapping[ClockKind, int]
    enabled: bool = True
    groups: tuple[UUID, ...] = ()
    priorities: tuple[Priority, ...] = ()
    tiers: tuple[str, ...] = ()
    calendar_id: UUID | None = None
    pause_asleep: bool = True
    pause_customer: bool = True
    on_breach: Breach = Breach()

    def fits(self, facts: "Facts") -> bool:
        """Whether a conversation falls under it."""
        return (
            self.enabled
            and (not self.groups or facts.group_id in self.groups)
            and (not self.priorities or facts.priority in self.priorities)
            and (not self.tiers or facts.tier in self.tiers)
        )

    def counts(self, mode: Mode) -> bool:
        """Whether time passes while it is somebody's turn."""
        pauses = {Mode.ASLEEP: self.pause_asleep, Mode.CUSTOMER: self.pause_customer}
        return not pauses.get(mode, False)


@dataclass(frozen=True)
class PolicySet:
    """All policies in their order; the first that fits holds. Version 0 is what holds before anybody changes it."""

    version: int
    policies: tuple[Policy, ...]
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """What policies look at."""

    group_id: UUID
    priority: Priority = Priority.NORMAL
    tier: str | None = None


@dataclass(frozen=True)
class Levels:
    """Policies with their calendars."""

    policies: PolicySet
    calendars: Calendars

    def policy_for(self, facts: Facts) -> Policy | None:
        """The first policy that fits."""
        return next((one for one in self.policies.policies if one.fits(facts)), None)

    def calendar_of(self, policy: Policy | None) -> Calendar:
        """The calendar a policy counts in."""
        return self.calendars.of(policy.calendar_id if policy else None)


@dataclass(frozen=True)
class Clock:
    """One wait of one conversation. `modes` says from when on it was whose turn; due and warn are None while paused."""

    id: UUID
    conversation_id: UUID
    kind: ClockKind
    modes: tuple[tuple[datetime, Mode], ...]
    facts: Facts
    policy_id: UUID | None = None
    policy_name: str = ""
    target_s: int | None = None
    used_s: int = 0
    due_at: datetime | None = None
    warn_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    reached: bool = False
    marks: tuple[int, ...] = ()

    @property
    def started_at(self) -> datetime:
        """When the wait began."""
        return self.modes[0][0]

    @property
    def mode(self) -> Mode:
        """Whose turn it is."""
        return self.modes[-1][1]

    def turned(self, mode: Mode, at: datetime) -> "Clock":
        """The clock when it becomes somebody's turn."""
        return self if mode is self.mode else replace(self, modes=(*self.modes, (max(at, self.modes[-1][0]), mode)))

    def ended(self, outcome: Outcome, at: datetime) -> "Clock":
        """The clock stopped: late is late, whatever ended it; it was reached if what was waited for happened."""
        late = self.breached_at is not None or (self.due_at is not None and at > self.due_at)
        reached = outcome is Outcome.MET
        return replace(self, ended_at=at, outcome=Outcome.BREACHED if late else outcome, reached=reached)


def used_time(clock: Clock, policy: Policy | None, calendar: Calendar, until: datetime) -> timedelta:
    """The open time that has passed, without the turns that do not count."""
    ends = [at for at, _ in clock.modes[1:]] + [until]
    stretches = zip(clock.modes, ends, strict=True)
    counted = [(at, end) for (at, mode), end in stretches if policy is None or policy.counts(mode)]
    return sum((time_between(calendar, at, end) for at, end in counted), timedelta())


def reckoned(clock: Clock, levels: Levels) -> Clock:
    """The clock as the policies have it now: what is wanted, and when it is due while time passes."""
    policy = levels.policy_for(clock.facts)
    target_s = policy.targets.get(clock.kind) if policy else None
    calendar, since = levels.calendar_of(policy), clock.modes[-1][0]
    used = used_time(clock, policy, calendar, since)
    named = replace(
        clock,
        policy_id=policy.id if policy else None,
        policy_name=policy.name if policy else "",
        target_s=target_s,
        used_s=round(used.total_seconds()),
    )
    if policy is None or target_s is None or not policy.counts(clock.mode):
        return replace(named, due_at=None, warn_at=None)
    target = timedelta(seconds=target_s)
    return replace(
        named,
        due_at=add_time(calendar, since, target - used),
        warn_at=add_time(calendar, since, target * WARN_AT - used),
    )


def recomputed(clock: Clock, levels: Levels) -> Clock:
    """An open clock after policies or calendars changed; an early warning is taken back, a breach stays."""
    fresh = reckoned(clock, levels)
    early = fresh.warned_at is not None and (fresh.warn_at is None or fresh.warn_at > fresh.warned_at)
    return replace(fresh, warned_at=None) if early and fresh.breached_at is None else fresh


def default_policies() -> PolicySet:
    """What holds before anybody changes it: generous times that only warn and tell."""
    minute = 60
    targets = {
        ClockKind.QUEUE_WAIT: 10 * minute,
        ClockKind.FIRST_REPLY: 15 * minute,
        ClockKind.NEXT_REPLY: 15 * minute,
        ClockKind.RESOLUTION: 16 * 60 * minute,
    }
    return PolicySet(0, (Policy(UUID("00000000-0000-7000-8000-0000000051a0"), "", targets),))


def open_kinds(clocks: Iterable[Clock]) -> set[ClockKind]:
    """What is waited for."""
    return {one.kind for one in clocks}
