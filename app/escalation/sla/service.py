"""Policies and calendars as staff changes them, and when something would be due under them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.accounts import Company, Principal, record_audit
from app.escalation.calendars import Calendar, Calendars
from app.escalation.calendars import service as calendars
from app.escalation.queues.store import list_groups
from app.escalation.sla.domain import Clock, ClockKind, Facts, Levels, Mode, Policy, PolicySet, reckoned
from app.escalation.sla.errors import NoTarget, PoliciesChanged, UnknownCalendar, UnknownTarget
from app.escalation.sla.store import clocks as clock_store
from app.escalation.sla.store import policies as store
from app.kernel.database import Database, Session
from app.kernel.ids import new_id

NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Due:
    """When one clock of a conversation opened now would warn and be due; None: this is not limited."""

    kind: ClockKind
    target_s: int | None
    warn_at: datetime | None
    due_at: datetime | None


async def read_levels(session: Session, company: Company) -> Levels:
    """The policies in force with all calendars."""
    known = await calendars.read_calendars(session, company)
    return Levels(await store.newest_policies(session), known)


async def put_policies(
    database: Database, company: Company, policies: Sequence[Policy], version: int, actor: Principal
) -> PolicySet:
    """These policies hold from now on. Raises PoliciesChanged, UnknownCalendar, UnknownTarget, NoTarget."""
    async with database.transaction() as session:
        known = await read_levels(session, company)
        groups = {group.id for group in await list_groups(session)}
        for one in policies:
            _check(one, known.calendars, groups)
        before = known.policies
        fresh = before.version == version
        if not fresh or not await store.add_version(session, version + 1, policies, actor.name):
            raise PoliciesChanged(extra={"version": before.version}, name=before.changed_by)
        kept = [store.kept_form(one) for one in policies]
        await record_audit(session, actor, "sla.policies", str(version + 1), policies=kept)
        await clock_store.mark_stale(session)
        return await store.newest_policies(session)


def _check(policy: Policy, known: Calendars, groups: set[UUID]) -> None:
    if not policy.targets:
        raise NoTarget(name=policy.name)
    if policy.calendar_id is not None and policy.calendar_id not in known.by_id:
        raise UnknownCalendar
    if not {*policy.groups, *filter(None, [policy.on_breach.move_to])} <= groups:
        raise UnknownTarget


async def add_calendar(database: Database, calendar: Calendar, actor: Principal) -> Calendar:
    """A new calendar. Raises what a faulty one raises, CalendarNameTaken."""
    async with database.transaction() as session:
        made = calendars.ordered(calendar)
        await calendars.add_calendar(session, made, actor)
        return replace(made, revision=1)


async def change_calendar(database: Database, company: Company, calendar: Calendar, actor: Principal) -> Calendar:
    """Changes a calendar; everything that is open is reckoned anew. Raises what a faulty one raises, NotFound, …"""
    async with database.transaction() as session:
        known = await calendars.read_calendars(session, company)
        changed = calendars.ordered(calendar)
        await calendars.change_calendar(session, known, changed, actor)
        await clock_store.mark_stale(session)
        return replace(changed, revision=changed.revision + 1)


async def delete_calendar(database: Database, company: Company, id: UUID, actor: Principal) -> None:
    """Deletes a calendar no policy counts in. Raises NotFound, CalendarInUse."""
    async with database.transaction() as session:
        levels = await read_levels(session, company)
        used = any(one.calendar_id == id for one in levels.policies.policies)
        await calendars.delete_calendar(session, levels.calendars, id, used, actor)


def preview(levels: Levels, facts: Facts, at: datetime) -> tuple[Policy | None, list[Due]]:
    """Which policy a conversation escalated at a moment falls under, and when each of its clocks would be due."""
    made = [reckoned(Clock(new_id(), NOBODY, kind, ((at, Mode.OURS),), facts), levels) for kind in ClockKind]
    due = [Due(one.kind, one.target_s, one.warn_at, one.due_at) for one in made]
    return levels.policy_for(facts), due
