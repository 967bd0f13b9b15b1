"""The words of conversations: who owns one, what may happen to it, and how its events are numbered."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.answering import Citation, Proposal, Settled
from app.knowledge import Audience


class Owner(StrEnum):
    """Who speaks next: the bot, the line of those waiting for a person, a person, nobody."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    NONE = "none"


class Lifecycle(StrEnum):
    """Whether anything is still to be done."""

    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Happening(StrEnum):
    """Everything that may move a conversation from one owner or lifecycle to another."""

    WRITTEN = "written"
    ESCALATED = "escalated"
    TAKEN_OVER = "taken_over"
    TRANSFERRED = "transferred"
    RELEASED = "released"
    HANDED_BACK = "handed_back"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    CLOSED = "closed"


State = tuple[Owner, Lifecycle]
_B, _Q, _A, _N = Owner.BOT, Owner.QUEUE, Owner.AGENT, Owner.NONE
_O, _S, _C = Lifecycle.OPEN, Lifecycle.SNOOZED, Lifecycle.CLOSED

# Whatever is not here is refused. A happening that leaves the state as it is changes nothing and is no event, except
# a transfer, which gives the conversation another person. The README prints this table.
TRANSITIONS: dict[Happening, dict[State, State]] = {
    Happening.WRITTEN: {
        (_B, _O): (_B, _O),
        (_Q, _O): (_Q, _O),
        (_A, _O): (_A, _O),
        (_B, _S): (_B, _O),
        (_Q, _S): (_Q, _O),
        (_A, _S): (_A, _O),
        (_N, _C): (_B, _O),
    },
    Happening.ESCALATED: {
        (_B, _O): (_Q, _O),
        (_B, _S): (_Q, _O),
        (_N, _C): (_Q, _O),
        (_Q, _O): (_Q, _O),
        (_Q, _S): (_Q, _O),
        (_A, _O): (_A, _O),
        (_A, _S): (_A, _O),
    },
    Happening.TAKEN_OVER: {(_B, _O): (_A, _O), (_Q, _O): (_A, _O), (_B, _S): (_A, _O), (_Q, _S): (_A, _O)},
    Happening.TRANSFERRED: {(_A, _O): (_A, _O), (_A, _S): (_A, _O)},
    Happening.RELEASED: {(_A, _O): (_Q, _O), (_A, _S): (_Q, _O)},
    Happening.HANDED_BACK: {(_A, _O): (_B, _O), (_A, _S): (_B, _O), (_Q, _O): (_B, _O), (_Q, _S): (_B, _O)},
    Happening.SNOOZED: {(_B, _O): (_B, _S), (_Q, _O): (_Q, _S), (_A, _O): (_A, _S)},
    Happening.WOKEN: {(_B, _S): (_B, _O), (_Q, _S): (_Q, _O), (_A, _S): (_A, _O)},
    Happening.CLOSED: dict.fromkeys([(_B, _O), (_Q, _O), (_A, _O), (_B, _S), (_Q, _S), (_A, _S)], (_N, _C)),
}


def next_state(owner: Owner, lifecycle: Lifecycle, happening: Happening) -> State | None:
    """Where a happening leads, or None when it may not happen now."""
    return TRANSITIONS[happening].get((owner, lifecycle))


# An event's public id is its number in the log, shifted; the room between two events numbers the code points of
# the answer that is being written, so that an id also says how much of it a reader has.
SHIFT = 20
LONGEST_ANSWER = (1 << SHIFT) - 2


def event_id(seq: int) -> int:
    """The public id of the event with this number in its conversation's log."""
    return seq << SHIFT


def delta_id(seq: int, end: int) -> int:
    """The public id of a delta that brings a reader who has the log up to `seq` to `end` code points."""
    return (seq << SHIFT) + min(end, LONGEST_ANSWER) + 1


@dataclass(frozen=True)
class Place:
    """Where a reader stands: it has the log up to `seq`, and `seen` code points of the answer then running.

    `seen` is None when the id does not tell.
    """

    seq: int
    seen: int | None

    @classmethod
    def of(cls, public_id: int) -> "Place":
        """The place a public id stands for."""
        within = public_id & ((1 << SHIFT) - 1)
        return cls(public_id >> SHIFT, within - 1 if within else None)


# Kept in the log so that ids go on rising, and never told to readers.
RETRACTED = "answer.retracted"
LIFECYCLE_CHANGED = "lifecycle.changed"
SLA_WARNED, SLA_BREACHED = "sla.warned", "sla.breached"
SILENT = frozenset({RETRACTED, LIFECYCLE_CHANGED, SLA_WARNED, SLA_BREACHED})
ANSWER_MARKS = ("answer.started", RETRACTED, "answer.completed", "answer.failed")


@dataclass(frozen=True)
class LoggedEvent:
    """An event with its number."""

    seq: int
    type: str
    data: dict[str, Any]


@dataclass(frozen=True)
class NewEvent:
    """An event about to be written to the log; `message_id` is the message it is about.

    `told` are members readers get beside `data`; they are kept in the message, not a second time in the log.
    """

    type: str
    data: dict[str, Any]
    message_id: UUID | None = None
    told: dict[str, Any] = field(default_factory=dict)
    actor: str = "system"
    reason: str | None = None

    def logged(self, seq: int) -> LoggedEvent:
        """The event as readers are told it, once it has its number."""
        return LoggedEvent(seq, self.type, {**self.data, **self.told})


@dataclass(frozen=True)
class Reader:
    """Who asks, and where: what may be read to answer. tier, user_id: of a visitor the company vouches for."""

    channel: str = "web"
    verified: bool = False
    tier: str | None = None
    user_id: str | None = None

    @property
    def audience(self) -> Audience:
        """Whom this customer counts among."""
        return Audience.SIGNED_IN if self.verified else Audience.PUBLIC


@dataclass(frozen=True)
class Thread:
    """A conversation as it stands while its row is locked or just read."""

    id: UUID
    owner: Owner
    lifecycle: Lifecycle
    version: int
    seq: int
    locale: str
    open_answers: int
    token_digest: str
    agent_name: str | None = None
    agent_id: UUID | None = None
    reader: Reader = Reader()


@dataclass(frozen=True)
class Agent:
    """A member of staff who speaks with customers, under the name they are told."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Customer:
    """A customer who proved to hold the conversation's token."""

    conversation_id: UUID


@dataclass(frozen=True)
class Work:
    """One question to be answered by this process, now: the holder of `attempt` may write, nobody else.

    decided: the confirmation whose click this question is. again: it was answered, and another answer is wanted.
    """

    answer_id: UUID
    conversation_id: UUID
    question_id: UUID
    text: str
    locale: str
    question_seq: int
    version: int
    attempt: int = 1
    stop_requested: bool = False
    decided: UUID | None = None
    reader: Reader = Reader()
    again: bool = False


@dataclass(frozen=True)
class Ending:
    """How an answer ended; `code` is set when it failed."""

    text: str
    outcome: str
    composer: str
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    trace: dict[str, Any] = field(default_factory=dict)
    usage: dict[str, Any] = field(default_factory=dict)
    code: str | None = None
    wants_person: bool = False
    card: Proposal | Settled | None = None


@dataclass(frozen=True)
class Posted:
    """What became of a posted message; `again` when it had been stored before."""

    message_id: UUID
    answer_id: UUID | None
    seq: int
    again: bool = False
    at_once: bool = False


@dataclass(frozen=True)
class Message:
    """One message of a transcript; citations are the bot's, attachments as readers are told them."""

    id: UUID
    conversation_id: UUID
    seq: int
    role: str
    text: str
    created_at: datetime
    client_id: str | None = None
    reply_to: UUID | None = None
    outcome: str | None = None
    composer: str | None = None
    suggestions: tuple[str, ...] = ()
    agent_name: str | None = None
    citations: tuple[Citation, ...] = ()
    attachments: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class FoundAnswer:
    """An answer with its question, for the rooms that judge and learn."""

    message_id: UUID
    conversation_id: UUID
    question_id: UUID
    question: str
    text: str
    outcome: str
    locale: str
    created_at: datetime
    citations: tuple[Citation, ...] = ()
    question_seq: int = 0


@dataclass(frozen=True)
class AskedQuestion:
    """A customer's question. visitor: who the company says asked it, None for a stranger."""

    message_id: UUID
    conversation_id: UUID
    text: str
    locale: str
    visitor: str | None
    at: datetime


@dataclass(frozen=True)
class OwnerChange:
    """A line of the log that gave a conversation another owner; `seq` says between which messages."""

    seq: int
    owner: Owner
    reason: str | None
    agent: str | None
    at: datetime


@dataclass(frozen=True)
class Summary:
    """One line of the list of conversations."""

    id: UUID
    channel: str
    locale: str
    owner: Owner
    lifecycle: Lifecycle
    created_at: datetime
    last_message_at: datetime
    last_text: str
    last_role: str
    message_count: int
    last_outcome: str | None
    handoff_reason: str | None
    visitor_name: str | None
    verified: bool
    agent_name: str | None
    agent_id: UUID | None = None
    queued_at: datetime | None = None


@dataclass(frozen=True)
class Trace:
    """How an answer came to be: everything needed to look at it again."""

    answer_id: UUID
    conversation_id: UUID
    created_at: datetime
    trace: dict[str, Any]
    timings: dict[str, Any] = field(default_factory=dict)
    usage: dict[str, Any] = field(default_factory=dict)
