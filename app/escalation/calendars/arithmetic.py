"""Time counted in a calendar: a moment is open when the wall clock of the calendar's zone stands in an interval.

Where clocks are put forward or back, an hour that does not exist is not counted and one that comes twice counts twice.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.escalation.calendars.domain import Calendar

FARTHEST_DAYS = 1_500  # a calendar without an open minute for so long is never open again
WIDEST = timedelta(hours=15)  # no zone is farther from UTC
Span = tuple[datetime, datetime]


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether people work at a moment."""
    local = at.astimezone(ZoneInfo(calendar.timezone))
    minute = local.hour * 60 + local.minute
    return any(one.start <= minute < one.end for one in calendar.intervals_on(local.date()))


def open_spans(calendar: Calendar, start: datetime) -> Iterator[Span]:
    """The open stretches from a moment on, in UTC and in order; the first begins no earlier than the moment."""
    day = start.astimezone(ZoneInfo(calendar.timezone)).date()
    held: Span | None = None
    for ahead in range(-1, FARTHEST_DAYS):
        for begin, end in _spans_of(calendar, day + timedelta(days=ahead)):
            if end <= start:
                continue
            span = (max(begin, start), end)
            if held is not None and span[0] <= held[1]:
                held = (held[0], max(held[1], span[1]))
                continue
            if held is not None:
                yield held
            held = span
    if held is not None:
        yield held


def add_time(calendar: Calendar, start: datetime, amount: timedelta) -> datetime | None:
    """The moment by which so much open time has passed; None when it never does. Nothing added is the start itself."""
    if amount <= timedelta():
        return start
    left = amount
    for begin, end in open_spans(calendar, start):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return None


def time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The open time between two moments; none when the second is not later."""
    total = timedelta()
    for begin, until in open_spans(calendar, start):
        if begin >= end:
            break
        total += min(until, end) - begin
    return total


def upcoming(calendar: Calendar, start: datetime, within: timedelta) -> list[Span]:
    """The open stretches that begin within a time."""
    found: list[Span] = []
    for span in open_spans(calendar, start):
        if span[0] >= start + within:
            break
        found.append(span)
    return found


def _spans_of(calendar: Calendar, day: date) -> list[Span]:
    intervals = calendar.intervals_on(day)
    if not intervals:
        return []
    midnight = datetime.combine(day, datetime.min.time())
    spans: list[Span] = []
    for first, last, offset in _offsets(calendar.timezone, day):
        for one in intervals:
            begin = (midnight + timedelta(minutes=one.start) - offset).replace(tzinfo=UTC)
            end = (midnight + timedelta(minutes=one.end) - offset).replace(tzinfo=UTC)
            begin, end = max(begin, first), min(end, last)
            if begin < end:
                spans.append((begin, end))
    return sorted(spans)


@lru_cache(maxsize=4_096)
def _offsets(timezone: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The stretches of UTC around a day with the zone's offset in each: one, or two when clocks change."""
    zone = ZoneInfo(timezone)
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    first, last = midnight - WIDEST, midnight + timedelta(days=1) + WIDEST
    before, after = _offset(zone, first), _offset(zone, last)
    if before == after:
        return ((first, last, before),)
    low, high = first, last
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 120 * 60
        middle = middle.replace(second=0, microsecond=0)
        if middle <= low:
            middle = low + timedelta(minutes=1)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return ((first, high, before), (high, last, after))


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
