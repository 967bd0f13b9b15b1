"""SQL of policies, and how they are kept as a row."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.escalation.queues.domain import Priority
from app.escalation.sla.domain import Breach, ClockKind, Policy, PolicySet, default_policies
from app.escalation.sla.tables import PoliciesRow
from app.kernel.clock import now
from app.kernel.database import Session


async def newest_policies(session: Session) -> PolicySet:
    """The policies in force."""
    found = await session.scalars(select(PoliciesRow).order_by(PoliciesRow.version.desc()).limit(1))
    row = found.one_or_none()
    if row is None:
        return default_policies()
    return PolicySet(row.version, tuple(_policy(one) for one in row.policies), row.changed_by, row.changed_at)


async def add_version(session: Session, version: int, policies: Sequence[Policy], by: str) -> bool:
    """Writes a version; False when there is one of this number already."""
    kept = [kept_form(one) for one in policies]
    values = {"version": version, "policies": kept, "changed_by": by, "changed_at": now()}
    statement = insert(PoliciesRow).values(values).on_conflict_do_nothing().returning(PoliciesRow.version)
    return (await session.execute(statement)).scalar_one_or_none() is not None


def kept_form(policy: Policy) -> dict[str, Any]:
    """A policy as it is stored and audited."""
    act = policy.on_breach
    return {
        "id": str(policy.id),
        "name": policy.name,
        "enabled": policy.enabled,
        "groups": [str(one) for one in policy.groups],
        "priorities": [int(one) for one in policy.priorities],
        "tiers": list(policy.tiers),
        "calendar_id": str(policy.calendar_id) if policy.calendar_id else None,
        "targets": {kind.value: seconds for kind, seconds in policy.targets.items()},
        "pause_asleep": policy.pause_asleep,
        "pause_customer": policy.pause_customer,
        "on_breach": {
            "notify": act.notify,
            "raise_priority": act.raise_priority,
            "take_back": act.take_back,
            "move_to": str(act.move_to) if act.move_to else None,
        },
    }


def _policy(kept: dict[str, Any]) -> Policy:
    act = kept["on_breach"]
    return Policy(
        id=UUID(kept["id"]),
        name=kept["name"],
        targets={ClockKind(kind): seconds for kind, seconds in kept["targets"].items()},
        enabled=kept["enabled"],
        groups=tuple(UUID(one) for one in kept["groups"]),
        priorities=tuple(Priority(one) for one in kept["priorities"]),
        tiers=tuple(kept["tiers"]),
        calendar_id=UUID(kept["calendar_id"]) if kept["calendar_id"] else None,
        pause_asleep=kept["pause_asleep"],
        pause_customer=kept["pause_customer"],
        on_breach=Breach(
            act["notify"],
            act["raise_priority"],
            act["take_back"],
            UUID(act["move_to"]) if act["move_to"] else None,
        ),
    )
