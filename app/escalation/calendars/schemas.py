"""Shapes of calendars on the wire."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.escalation.calendars.domain import Calendar, Interval, Kind, SpecialDay, clock_of
from app.kernel.wire import CleanText, VisibleText, Wire

Clock = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Year = Annotated[int, Field(ge=2000, le=2100)]


class IntervalView(Wire):
    """From a time of the day to another, HH:MM; 24:00 is midnight."""

    start: Clock
    end: Clock

    def interval(self) -> Interval:
        """To the domain."""
        return Interval.read(self.start, self.end)

    @classmethod
    def of(cls, one: Interval) -> Self:
        """From the domain."""
        return cls(start=clock_of(one.start), end=clock_of(one.end))


Intervals = Annotated[list[IntervalView], Field(max_length=12)]


class SpecialDayView(Wire):
    """A day on which the week does not hold; a workday without intervals has those of a usual workday."""

    day: date
    kind: Kind
    name: Annotated[CleanText, Field(max_length=60)] = ""
    intervals: Intervals = []

    def special(self) -> SpecialDay:
        """To the domain."""
        intervals = tuple(one.interval() for one in self.intervals) if self.kind is Kind.WORK else ()
        return SpecialDay(self.day, self.kind, self.name.strip(), intervals)

    @classmethod
    def of(cls, one: SpecialDay) -> Self:
        """From the domain."""
        return cls(
            day=one.day, kind=one.kind, name=one.name, intervals=[IntervalView.of(part) for part in one.intervals]
        )


class CalendarForm(Wire):
    """A calendar; `week` has the intervals of Monday to Sunday, `revision` is the one the editor saw."""

    name: Annotated[VisibleText, Field(max_length=60)]
    timezone: Annotated[VisibleText, Field(max_length=60)]
    week: Annotated[list[Intervals], Field(min_length=7, max_length=7)]
    days: Annotated[list[SpecialDayView], Field(max_length=2_000)] = []
    revision: Annotated[int, Field(ge=0)] = 0

    def calendar(self, id: UUID) -> Calendar:
        """To the domain."""
        week = tuple(tuple(one.interval() for one in day) for day in self.week)
        days = tuple(one.special() for one in self.days)
        return Calendar(id, self.name.strip(), self.timezone.strip(), week, days, self.revision)


class CalendarView(CalendarForm):
    """A calendar as it stands; the default one has no name before anybody changes it."""

    name: str
    calendar_id: UUID
    is_default: bool
    open_now: bool

    @classmethod
    def of(cls, one: Calendar, open_now: bool) -> Self:
        """From the domain."""
        return cls(
            calendar_id=one.id,
            name=one.name,
            timezone=one.timezone,
            week=[[IntervalView.of(part) for part in day] for day in one.week],
            days=[SpecialDayView.of(day) for day in one.days],
            revision=one.revision,
            is_default=one.is_default,
            open_now=open_now,
        )


class ListForm(Wire):
    """A year's holidays and make-up workdays, as the notice says them or as CSV (`date,kind,name,hours`)."""

    text: Annotated[VisibleText, Field(max_length=50_000)]
    year: Year | None = None


class ListedDays(Wire):
    """What a list says, in order; nothing is kept yet."""

    days: list[SpecialDayView]
