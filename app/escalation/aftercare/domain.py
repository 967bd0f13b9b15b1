"""The words of aftercare: the rules a supervisor sets, when people are there next, and who is asked what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.accounts import Hours
from app.conversations import Message

GROUNDED = frozenset({"answered", "faq", "tool", "clarified"})


class Part(StrEnum):
    """Whose part of a conversation is judged."""

    AGENT = "agent"
    BOT = "bot"


@dataclass(frozen=True)
class Rules:
    """What a supervisor sets. reopen_days: how long a customer may go on in an ended conversation.

    ask_again_days: a known customer is asked once in so many days; 0: every time.
    """

    hours: Hours
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


def _clock(value: str) -> time:
    return time.fromisoformat(value)


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether people are there."""
    local = at.astimezone(ZoneInfo(hours.timezone))
    return local.isoweekday() in hours.days and _clock(hours.open) <= local.time() < _clock(hours.close)


def replied_by(hours: Hours, at: datetime) -> datetime | None:
    """When a message left now is answered at the latest; None when nobody ever comes.

    While people are there that is the end of the day; before they come and after they left, the time replies are
    promised by on the next working day.
    """
    zone = ZoneInfo(hours.timezone)
    local = at.astimezone(zone)
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        if day.isoweekday() not in hours.days or (ahead == 0 and local.time() >= _clock(hours.close)):
            continue
        started = ahead == 0 and local.time() >= _clock(hours.open)
        return datetime.combine(day, _clock(hours.close if started else hours.reply_by), zone)
    return None
