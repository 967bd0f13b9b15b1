"""SQL of calendars, and how one is kept as a row."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.escalation.calendars.domain import Calendar, Interval, Kind, SpecialDay
from app.escalation.calendars.tables import CalendarRow
from app.kernel.clock import now
from app.kernel.database import Session


async def list_calendars(session: Session) -> list[Calendar]:
    """Every stored calendar, by name."""
    rows = await session.scalars(select(CalendarRow).order_by(CalendarRow.name))
    return [_calendar(row) for row in rows]


def _calendar(row: CalendarRow) -> Calendar:
    week = tuple(_intervals(day) for day in row.week)
    days = tuple(
        SpecialDay(date.fromisoformat(one["day"]), Kind(one["kind"]), one["name"], _intervals(one["intervals"]))
        for one in row.days
    )
    return Calendar(row.id, row.name, row.timezone, week, days, row.revision)


def _intervals(kept: list[list[int]]) -> tuple[Interval, ...]:
    return tuple(Interval(start, end) for start, end in kept)


def kept_form(calendar: Calendar) -> dict[str, Any]:
    """A calendar's content as it is stored and audited."""
    pairs = [[[one.start, one.end] for one in day] for day in calendar.week]
    days = [
        {
            "day": one.day.isoformat(),
            "kind": one.kind.value,
            "name": one.name,
            "intervals": [[part.start, part.end] for part in one.intervals],
        }
        for one in calendar.days
    ]
    return {"name": calendar.name, "timezone": calendar.timezone, "week": pairs, "days": days}


async def add_calendar(session: Session, calendar: Calendar, by: str) -> bool:
    """Stores a new calendar; False when it is stored already or its name is taken."""
    values = {**kept_form(calendar), "id": calendar.id, "revision": 1, "changed_by": by, "changed_at": now()}
    statement = insert(CalendarRow).values(values).on_conflict_do_nothing().returning(CalendarRow.id)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def change_calendar(session: Session, calendar: Calendar, by: str) -> bool | None:
    """Stores what a calendar of a revision became: False when it is another by now, None when the name is taken."""
    statement = (
        update(CalendarRow)
        .where(CalendarRow.id == calendar.id, CalendarRow.revision == calendar.revision)
        .values(**kept_form(calendar), revision=calendar.revision + 1, changed_by=by, changed_at=now())
        .returning(CalendarRow.id)
    )
    try:
        async with session.begin_nested():
            return (await session.execute(statement)).scalar_one_or_none() is not None
    except IntegrityError:
        return None


async def delete_calendar(session: Session, id: UUID) -> None:
    """Deletes a calendar."""
    await session.execute(delete(CalendarRow).where(CalendarRow.id == id))
