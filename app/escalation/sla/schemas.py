"""Shapes of service levels on the wire."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.escalation.queues.domain import Priority
from app.escalation.sla.domain import Breach, ClockKind, Facts, Policy, PolicySet
from app.escalation.sla.results import KindResult, Results
from app.escalation.sla.service import Due
from app.kernel.ids import new_id
from app.kernel.wire import CleanText, Moment, VisibleText, Wire

Seconds = Annotated[int, Field(strict=True, ge=60, le=90 * 86_400)]
Rank = Annotated[int, Field(strict=True, ge=0, le=3)]
Tier = Annotated[VisibleText, Field(max_length=50)]


class BreachView(Wire):
    """What a breach causes; take_back: an agent who does not reply loses it to the line."""

    notify: bool = True
    raise_priority: bool = False
    take_back: bool = False
    move_to: UUID | None = None


class PolicyView(Wire):
    """One policy; an empty list means all. Targets are seconds of the calendar's open time, null: not limited."""

    policy_id: UUID | None = None
    name: Annotated[CleanText, Field(max_length=60)] = ""
    enabled: bool = True
    queue_ids: Annotated[list[UUID], Field(max_length=50)] = []
    priorities: Annotated[list[Rank], Field(max_length=4, description="0 low, 1 normal, 2 high, 3 urgent")] = []
    tiers: Annotated[list[Tier], Field(max_length=50)] = []
    calendar_id: Annotated[UUID | None, Field(description="null: when people are there at all")] = None
    queue_wait_s: Seconds | None = None
    first_reply_s: Seconds | None = None
    next_reply_s: Seconds | None = None
    resolution_s: Seconds | None = None
    pause_asleep: bool = True
    pause_customer: bool = True
    on_breach: BreachView = BreachView()

    def policy(self) -> Policy:
        """To the domain."""
        wanted = {kind: getattr(self, f"{kind.value}_s") for kind in ClockKind}
        return Policy(
            id=self.policy_id or new_id(),
            name=self.name.strip(),
            targets={kind: seconds for kind, seconds in wanted.items() if seconds is not None},
            enabled=self.enabled,
            groups=tuple(dict.fromkeys(self.queue_ids)),
            priorities=tuple(Priority(one) for one in sorted(set(self.priorities))),
            tiers=tuple(dict.fromkeys(one.strip() for one in self.tiers)),
            calendar_id=self.calendar_id,
            pause_asleep=self.pause_asleep,
            pause_customer=self.pause_customer,
            on_breach=Breach(**self.on_breach.model_dump()),
        )

    @classmethod
    def of(cls, one: Policy) -> Self:
        """From the domain."""
        return cls(
            policy_id=one.id,
            name=one.name,
            enabled=one.enabled,
            queue_ids=list(one.groups),
            priorities=[int(rank) for rank in one.priorities],
            tiers=list(one.tiers),
            calendar_id=one.calendar_id,
            pause_asleep=one.pause_asleep,
            pause_customer=one.pause_customer,
            on_breach=BreachView(**vars(one.on_breach)),
            **{f"{kind.value}_s": one.targets.get(kind) for kind in ClockKind},
        )


class PoliciesForm(Wire):
    """All policies in their order; `version` is the one the editor saw."""

    policies: Annotated[list[PolicyView], Field(max_length=100)]
    version: Annotated[int, Field(ge=0)]


class PoliciesView(PoliciesForm):
    """The policies in force; the first that fits a conversation holds for it."""

    changed_by: str
    changed_at: Moment | None

    @classmethod
    def of(cls, found: PolicySet) -> Self:
        """From the domain."""
        shown = [PolicyView.of(one) for one in found.policies]
        return cls(policies=shown, version=found.version, changed_by=found.changed_by, changed_at=found.changed_at)


class PreviewForm(Wire):
    """A conversation that would be handed over at a moment; without a queue, in the default one."""

    at: datetime
    queue_id: UUID | None = None
    priority: Rank = 1
    tier: Tier | None = None

    def facts(self, default: UUID) -> Facts:
        """To the domain."""
        return Facts(self.queue_id or default, Priority(self.priority), self.tier)


class DueView(Wire):
    """When one clock would warn and be due; null: not limited."""

    kind: ClockKind
    target_s: int | None
    warn_at: Moment | None
    due_at: Moment | None

    @classmethod
    def of(cls, one: Due) -> Self:
        """From the domain."""
        return cls(kind=one.kind, target_s=one.target_s, warn_at=one.warn_at, due_at=one.due_at)


class PreviewView(Wire):
    """The policy that would hold (null: none), its calendar's zone, and the four clocks."""

    policy_id: UUID | None
    policy: str | None
    timezone: str
    due: list[DueView]


class KindView(Wire):
    """How one kind of wait went: `met` of `met + breached`; seconds of those that were reached."""

    kind: str
    met: int
    breached: int
    cancelled: int
    warned: int
    reached: int
    median_s: float | None
    p90_s: float | None
    median_open_s: float | None
    p90_open_s: float | None

    @classmethod
    def of(cls, one: KindResult) -> Self:
        """From the domain."""
        return cls(**vars(one))


class ResultsView(Wire):
    """How waits that ended in the last days went. open_s counts the calendar's time only."""

    days: int
    kinds: list[KindView]
    reaction: KindView

    @classmethod
    def of(cls, found: Results) -> Self:
        """From the domain."""
        kinds = [KindView.of(one) for one in found.kinds]
        return cls(days=found.days, kinds=kinds, reaction=KindView.of(found.reaction))
