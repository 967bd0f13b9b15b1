"""The words of the overview: the figures of the wall, and what a search may ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.escalation.presence.domain import AgentAtWork


@dataclass(frozen=True)
class Figures:
    """What is going on now; `waiting_since` is the longest wait's beginning, the rest is counted since midnight."""

    waiting: int
    waiting_since: datetime | None
    left_messages: int
    attention: int
    with_bot: int
    with_people: int
    ended_today: int
    agent_verdicts: int
    agent_good: int
    bot_verdicts: int
    bot_good: int
    sla_at_risk: int
    sla_late: int
    sla_met_today: int
    sla_late_today: int


@dataclass(frozen=True)
class Wall:
    """The figures and who is there."""

    figures: Figures
    agents: Sequence[AgentAtWork]
    at: datetime


class State(StrEnum):
    """Where a conversation stands, as a search may ask."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


@dataclass(frozen=True)
class Wanted:
    """What is looked for: every word of `q` said in it, within so many days, and the rest if given."""

    q: str = ""
    days: int = 30
    state: State | None = None
    outcome: str | None = None
    category: str | None = None
    agent: str | None = None
    sla: str | None = None
    queue_id: UUID | None = None


@dataclass(frozen=True)
class FoundConversation:
    """One conversation that was found, with the message that says the words."""

    id: UUID
    name: str | None
    owner: str
    lifecycle: str
    agent_name: str | None
    last_message_at: datetime
    said: str
    said_by: str
    category: str | None
    score: int | None


@dataclass(frozen=True)
class SavedView:
    """A search kept under a name, by the query of its address."""

    id: UUID
    name: str
    query: str
