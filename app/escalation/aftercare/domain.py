"""The words of aftercare: the rules a supervisor sets, when people are there next, and who is asked what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.conversations import Message, Openings
from app.escalation.calendars import Calendar, upcoming
from app.escalation.calendars.domain import minute_of

LOOK_AHEAD_DAYS = 60  # the longest holiday is shorter
TOLD_AHEAD, TOLD_SPANS = timedelta(days=30), 40
GROUNDED = frozenset({"answered", "faq", "tool", "clarified"})


class Part(StrEnum):
    """Whose part of a conversation is judged."""

    AGENT = "agent"
    BOT = "bot"


@dataclass(frozen=True)
class Rules:
    """What a supervisor sets. reply_by: HH:MM on the next working day, for messages left while nobody is there.

    ask_again_days: a known customer is asked once in so many days; 0: every time. reopen_days: how long a customer
    may go on in an ended conversation.
    """

    reply_by: str
    categories: tuple[str, ...]
    ask_agent: bool = True
    ask_bot: bool = True
    ask_again_days: int = 0
    reopen_days: int = 7
    version: int = 0
    changed_by: str = ""


@dataclass(frozen=True)
class Asked:
    """What a customer was asked, and who had served them then."""

    conversation_id: UUID
    parts: tuple[Part, ...]
    agent_id: UUID | None
    agent_name: str | None


@dataclass(frozen=True)
class LeftMessage:
    """What somebody left for the people who come back: how to reach them, what it is about, by when they hear."""

    conversation_id: UUID
    name: str | None
    contact: str
    text: str
    promised_by: datetime | None
    created_at: datetime = field(compare=False)


def parts_to_judge(messages: Sequence[Message], rules: Rules) -> tuple[Part, ...]:
    """The parts worth a question: a person who said something, a bot that gave an answer with something behind it."""
    spoke = rules.ask_agent and any(one.role == "agent" for one in messages)
    answered = rules.ask_bot and any(one.role == "bot" and one.outcome in GROUNDED for one in messages)
    return tuple(part for part, asked in ((Part.AGENT, spoke), (Part.BOT, answered)) if asked)


def replied_by(calendar: Calendar, reply_by: str, at: datetime) -> datetime | None:
    """When a message left now is answered at the latest; None when nobody ever comes.

    From a working day's beginning to its end that is the end of the day, a break at noon included; before it and
    after it, the time replies are promised by on the next working day.
    """
    zone = ZoneInfo(calendar.timezone)
    local = at.astimezone(zone)
    for day in _working_days(calendar, at):
        intervals = calendar.intervals_on(day)
        begin, end = intervals[0].start, intervals[-1].end
        now_minute = local.hour * 60 + local.minute
        if day == local.date() and now_minute >= end:
            continue
        started = day == local.date() and now_minute >= begin
        promised = minute_of(reply_by)
        by = end if started or not begin < promised <= end else promised
        midnight = datetime.combine(day, time(), zone)
        return (midnight + timedelta(minutes=by)).astimezone(UTC)
    return None


def _working_days(calendar: Calendar, at: datetime) -> Iterator[date]:
    today = at.astimezone(ZoneInfo(calendar.timezone)).date()
    days = (today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS))
    return (day for day in days if calendar.intervals_on(day))


def openings(calendar: Calendar, reply_by: str, at: datetime) -> Openings:
    """When people are there from now on, as customers' pages are told."""
    spans = upcoming(calendar, at - timedelta(days=1), TOLD_AHEAD)
    return Openings(calendar.timezone, reply_by, tuple(spans[:TOLD_SPANS]))
