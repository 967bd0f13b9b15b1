"""What the left column shows, as plain values ready for its template."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.conversations import Lifecycle
from app.escalation.lists.domain import Line
from app.escalation.queues.domain import Priority
from app.kernel.clock import iso
from app.kernel.texts import has_text, text


@dataclass(frozen=True)
class ClockView:
    """What is waited for and until when, empty while paused; `tone` is ok, warn or danger, and the words say so too."""

    kind: str
    due_at: str
    tone: str


@dataclass(frozen=True)
class Row:
    """One line of the list: `waiting_since` when somebody waits for us, `due` what to do, `why` what brought it."""

    conversation_id: UUID
    name: str
    owner: str
    at: str
    last_text: str
    why: tuple[str, ...]
    waiting_since: str | None
    agent: str | None
    channel: str
    group: str
    priority: str
    due: str
    vip: str | None
    clock: ClockView | None = None
    offered_until: str | None = None


@dataclass(frozen=True)
class OwnState:
    """Whether one is there oneself, and how much one has of what one can take."""

    state: str
    load: int
    capacity: int


@dataclass(frozen=True)
class ListView:
    """The column: which list is chosen, how many are in each, the rows, and the conversation that is open."""

    filters: tuple[str, ...]
    counts: dict[str, int]
    show: str
    rows: list[Row]
    offers: list[Row]
    next_cursor: str | None
    open_id: UUID | None
    own: OwnState | None


def name_of(conversation_id: UUID, visitor_name: str | None, locale: str) -> str:
    """The visitor's name, or a short code made of the conversation's id."""
    return visitor_name or text("desk.visitor", locale, code=conversation_id.hex[-4:].upper())


def why(reason: str | None, locale: str) -> str:
    """A hand-over's reason in words: our codes have a sentence, the customer's own words stay as they are."""
    if not reason:
        return ""
    return text(f"desk.why_{reason}", locale) if has_text(f"desk.why_{reason}") else reason


def row(line: Line, me: UUID, locale: str) -> Row:
    """One line of the list."""
    mine = line.owner == "agent" and line.agent_id == me
    reasons = [why(reason, locale) for reason in line.attention or []]
    if line.owner == "queue" and line.handoff_reason:
        reasons = [why(line.handoff_reason, locale)]
    priority = Priority(line.priority) if line.priority is not None and line.owner == "queue" else Priority.NORMAL
    return Row(
        conversation_id=line.id,
        name=name_of(line.id, (line.visitor or {}).get("name"), locale),
        owner=line.owner,
        at=iso(line.last_message_at),
        last_text=line.text,
        why=tuple(dict.fromkeys(reason for reason in reasons if reason)),
        waiting_since=_since(line, mine),
        agent=None if mine else line.agent_name,
        channel=line.channel,
        group=line.group_name or "",
        priority="" if priority is Priority.NORMAL else priority.name.lower(),
        due=_due(line, mine, locale),
        vip=line.tier,
        clock=clock(line.sla_kind, line.sla_due_at, bool(line.sla_warned), bool(line.sla_breached))
        if line.sla_kind
        else None,
        offered_until=iso(line.offered_until) if line.offered_to == me and line.offered_until else None,
    )


def clock(kind: str, due_at: datetime | None, warned: bool, breached: bool) -> ClockView:
    """A clock, for people to read; without a moment it is paused."""
    tone = "danger" if breached else "warn" if warned else "ok"
    return ClockView(kind, iso(due_at), tone) if due_at else ClockView(kind, "", "danger" if breached else "")


def _since(line: Line, mine: bool) -> str | None:
    since: datetime | None = None
    if line.owner == "queue":
        since = line.queued_at
    elif line.owner == "bot":
        since = line.attention_at
    elif mine and line.role == "customer":
        since = line.last_message_at
    return iso(since) if since is not None else None


def _due(line: Line, mine: bool, locale: str) -> str:
    if line.message_left_at is not None:
        return text("desk.due_message", locale)
    if not mine:
        return ""
    if line.lifecycle == Lifecycle.SNOOZED:
        return text("desk.due_later", locale)
    return text("desk.due_reply" if line.role == "customer" else "desk.due_customer", locale)
