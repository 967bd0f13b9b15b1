"""What can go wrong with calendars."""

from app.kernel.errors import Conflict, Invalid


class CalendarChanged(Conflict):
    """Somebody else changed the calendar meanwhile; the problem carries its revision."""

    code = "calendar_changed"


class CalendarNameTaken(Conflict):
    """Another calendar has that name."""

    code = "calendar_name_taken"


class CalendarInUse(Conflict):
    """A policy counts in this calendar, or everything without one of its own does."""

    code = "calendar_in_use"


class IntervalsOverlap(Invalid):
    """Two intervals of one day share a minute; the problem says which day and which intervals."""

    code = "intervals_overlap"


class IntervalReversed(Invalid):
    """An interval ends no later than it begins."""

    code = "hours_reversed"


class UnknownTimezone(Invalid):
    """There is no such time zone."""

    code = "unknown_timezone"


class DayTwice(Invalid):
    """One date is named twice among the special days."""

    code = "calendar_day_twice"


class NeverOpen(Invalid):
    """No day of the week has an interval."""

    code = "calendar_never_open"


class UnreadableList(Invalid):
    """A list of holidays has a line that cannot be read, or that contradicts itself; the problem says which."""

    code = "holiday_list_unreadable"
