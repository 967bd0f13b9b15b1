"""What can be done with calendars: read, make, change and delete them; each is checked before it is kept."""

from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.accounts import Company, Principal, record_audit
from app.escalation.calendars import store
from app.escalation.calendars.domain import DEFAULT_CALENDAR, Calendar, Calendars, first_overlap, from_company
from app.escalation.calendars.errors import (
    CalendarChanged,
    CalendarInUse,
    CalendarNameTaken,
    DayTwice,
    IntervalReversed,
    IntervalsOverlap,
    NeverOpen,
    UnknownTimezone,
)
from app.kernel.database import Session
from app.kernel.errors import NotFound


async def read_calendars(session: Session, company: Company) -> Calendars:
    """All calendars; the default one is that of the company file until somebody changes it."""
    found = {one.id: one for one in await store.list_calendars(session)}
    return Calendars({DEFAULT_CALENDAR: from_company(company.hours), **found})


async def default_calendar(session: Session, company: Company) -> Calendar:
    """When people are there."""
    return (await read_calendars(session, company)).default


def check(calendar: Calendar) -> None:
    """Raises UnknownTimezone, NeverOpen, IntervalReversed, IntervalsOverlap (with the day), DayTwice."""
    try:
        ZoneInfo(calendar.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownTimezone from None
    if not calendar.usual:
        raise NeverOpen
    week = [(f"weekday_{n}", intervals) for n, intervals in enumerate(calendar.week, 1)]
    for day, intervals in [*week, *((one.day.isoformat(), one.intervals) for one in calendar.days)]:
        if any(one.end <= one.start for one in intervals):
            raise IntervalReversed(extra={"day": day})
        both = first_overlap(intervals)
        if both is not None:
            raise IntervalsOverlap(extra={"day": day}, one=both[0], other=both[1])
    seen: set[object] = set()
    for special in calendar.days:
        if special.day in seen:
            raise DayTwice(day=special.day.isoformat())
        seen.add(special.day)


async def add_calendar(session: Session, calendar: Calendar, actor: Principal) -> None:
    """A new calendar. Raises what `check` does, CalendarNameTaken."""
    check(calendar)
    if not await store.add_calendar(session, calendar, actor.name):
        raise CalendarNameTaken(name=calendar.name)
    await record_audit(session, actor, "calendar.create", str(calendar.id), **store.kept_form(calendar))


async def change_calendar(session: Session, known: Calendars, calendar: Calendar, actor: Principal) -> None:
    """Changes a calendar as it was at its revision. Raises what `check` does, NotFound, CalendarChanged, -NameTaken."""
    before = known.by_id.get(calendar.id)
    if before is None:
        raise NotFound
    check(calendar)
    if before.revision == 0:
        done: bool | None = calendar.revision == 0 and await store.add_calendar(session, calendar, actor.name)
    else:
        done = await store.change_calendar(session, calendar, actor.name)
    if done is None:
        raise CalendarNameTaken(name=calendar.name)
    if not done:
        raise CalendarChanged(extra={"revision": before.revision})
    await record_audit(session, actor, "calendar.change", str(calendar.id), **store.kept_form(calendar))


async def delete_calendar(session: Session, known: Calendars, id: UUID, used: bool, actor: Principal) -> None:
    """Deletes a calendar nothing counts in. Raises NotFound, CalendarInUse."""
    calendar = known.by_id.get(id)
    if calendar is None:
        raise NotFound
    if used or calendar.is_default:
        raise CalendarInUse(name=calendar.name)
    await store.delete_calendar(session, id)
    await record_audit(session, actor, "calendar.delete", str(id), name=calendar.name)


def ordered(calendar: Calendar) -> Calendar:
    """The same calendar with intervals and days in order."""
    days = (replace(one, intervals=tuple(sorted(one.intervals))) for one in calendar.days)
    week = tuple(tuple(sorted(intervals)) for intervals in calendar.week)
    return replace(calendar, week=week, days=tuple(sorted(days, key=lambda one: one.day)))
