"""The words of calendars: intervals of a day, a week of them, and the days on which the week does not hold."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from app.accounts import Hours

DAY = 24 * 60
DEFAULT_CALENDAR = UUID("00000000-0000-7000-8000-0000000000ca")


@dataclass(frozen=True, order=True)
class Interval:
    """From a minute of the day to another, the end not included; 1440 is midnight."""

    start: int
    end: int

    @classmethod
    def read(cls, start: str, end: str) -> "Interval":
        """From HH:MM to HH:MM; an end of 00:00 or 24:00 is midnight."""
        last = minute_of(end)
        return cls(minute_of(start), DAY if last == 0 else last)

    def __str__(self) -> str:
        return f"{clock_of(self.start)}–{clock_of(self.end)}"


class Kind(StrEnum):
    """What a special day is: nobody works, or people work although the week says otherwise (调休)."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True)
class SpecialDay:
    """A day on which the week does not hold. A workday without intervals of its own has those of a usual workday."""

    day: date
    kind: Kind
    name: str = ""
    intervals: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """A calendar. `week` has the intervals of Monday to Sunday; `revision` 0: not stored, from the company file."""

    id: UUID
    name: str
    timezone: str
    week: tuple[tuple[Interval, ...], ...]
    days: tuple[SpecialDay, ...] = ()
    revision: int = 0
    special: dict[date, SpecialDay] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "special", {one.day: one for one in self.days})

    @property
    def is_default(self) -> bool:
        """Whether this one holds where none is chosen, and says when people are there at all."""
        return self.id == DEFAULT_CALENDAR

    @property
    def usual(self) -> tuple[Interval, ...]:
        """The hours of a usual workday: those of the first day of the week that has any."""
        return next((intervals for intervals in self.week if intervals), ())

    def intervals_on(self, day: date) -> tuple[Interval, ...]:
        """The intervals of a day, in order."""
        special = self.special.get(day)
        if special is None:
            return self.week[day.weekday()]
        if special.kind is Kind.OFF:
            return ()
        return special.intervals or self.usual


@dataclass(frozen=True)
class Calendars:
    """All calendars."""

    by_id: dict[UUID, Calendar]

    @property
    def default(self) -> Calendar:
        """The one that holds where none is chosen."""
        return self.by_id[DEFAULT_CALENDAR]

    def of(self, id: UUID | None) -> Calendar:
        """A calendar, or the default one."""
        return self.by_id.get(id or DEFAULT_CALENDAR, self.default)


def minute_of(clock: str) -> int:
    """The minute of the day of HH:MM, up to 24:00."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def clock_of(minute: int) -> str:
    """HH:MM of a minute of the day; midnight at its end is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def from_company(hours: Hours) -> Calendar:
    """The default calendar before anybody made one: the hours of the company file."""
    open_hours = (Interval.read(hours.open, hours.close),)
    week = tuple(open_hours if weekday in hours.days else () for weekday in range(1, 8))
    return Calendar(DEFAULT_CALENDAR, "", hours.timezone, week)


def first_overlap(intervals: tuple[Interval, ...]) -> tuple[Interval, Interval] | None:
    """The first two intervals of a day that share a minute."""
    ordered = sorted(intervals)
    return next(((one, other) for one, other in pairwise(ordered) if other.start < one.end), None)
