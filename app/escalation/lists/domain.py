"""The desk's lists: which there are, and what one line of them knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

BOT_LIVE = timedelta(minutes=30)  # a conversation with the bot counts as live for so long after its last message
ROWS_A_PAGE = 50


class Show(StrEnum):
    """The lists, in the order they are shown."""

    MINE = "mine"
    QUEUE = "queue"
    ATTENTION = "attention"
    SLA = "sla"
    BOT = "bot"
    AGENT = "agent"
    ALL = "all"
    CLOSED = "closed"


@dataclass(frozen=True)
class Line:
    """One conversation as a list shows it."""

    id: UUID
    channel: str
    owner: str
    lifecycle: str
    last_message_at: datetime
    handoff_reason: str | None
    visitor: dict[str, Any] | None
    tier: str | None
    agent_id: UUID | None
    agent_name: str | None
    text: str
    role: str
    queued_at: datetime | None
    turn_at: datetime | None
    priority: int | None
    group_id: UUID | None
    group_name: str | None
    message_left_at: datetime | None
    offered_to: UUID | None
    offered_until: datetime | None
    attention: list[str] | None
    attention_at: datetime | None
    sla_kind: str | None
    sla_due_at: datetime | None
    sla_warned: bool | None
    sla_breached: bool | None


@dataclass(frozen=True)
class Position:
    """Where a page ended: the ordering moment and the conversation; `late` behind those who left a message."""

    late: bool
    at: datetime
    id: UUID
