"""The words of material: rows to be reviewed, what reviewers said, and files that were read in."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.training.domain import Source, Turns

MOST_ROWS = 200_000
LONGEST_TEXT = 20_000
MOST_TURNS = 200
HISTORY_TURNS = 6
MOST_REFUSALS = 1_000


class FileShape(StrEnum):
    """The layouts a file may have; `mapped` is any other, told by a mapping."""

    CHATGLM = "chatglm"
    SHAREGPT = "sharegpt"
    ALPACA = "alpaca"
    OPENAI = "openai"
    MAPPED = "mapped"


@dataclass(frozen=True)
class Mapping:
    """How to read another layout. Paths are member names joined by dots.

    rows: where the list of rows stands; empty: the file's own list, or the values of its object. turns: the list of
    turns in a row; without it `question` and `answer` name two texts. role: who speaks; without it speakers take
    turns and the customer begins.
    """

    rows: str = ""
    turns: str = ""
    text: str = "content"
    role: str = ""
    customer: tuple[str, ...] = ("user", "usr", "human", "customer")
    agent: tuple[str, ...] = ("assistant", "sys", "gpt", "bot", "agent")
    question: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Draft:
    """One pair read from a file; `line` is the line or the number of the row it stands in, from 1."""

    line: int
    question: str
    answer: str
    history: Turns = ()


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: where it stands, and why."""

    line: int
    code: str


@dataclass(frozen=True)
class ReadFile:
    """What a file holds."""

    shape: FileShape
    drafts: list[Draft]
    refusals: list[Refusal]
    keys: list[str] = field(default_factory=list)


class MaterialState(StrEnum):
    """A row waits until enough people agree; `disputed` when they don't."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DISPUTED = "disputed"


@dataclass(frozen=True)
class Opinion:
    """What one person said of a row."""

    staff_id: UUID
    staff_name: str
    accept: bool
    question: str
    answer: str
    intent: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Material:
    """A row with its reviews. `source` is reply, import or base."""

    id: UUID
    source: Source
    question: str
    answer: str
    history: Turns
    locale: str
    intent: str
    state: MaterialState
    import_id: UUID | None
    line: int
    conversation_id: UUID | None
    message_id: UUID | None
    said_by: str
    created_at: datetime
    decided_at: datetime | None
    approved_by: str
    opinions: tuple[Opinion, ...] = ()


@dataclass(frozen=True)
class FoundReply:
    """A colleague's reply in a conversation that ended well, and the question it answers."""

    message_id: UUID
    conversation_id: UUID
    question: str
    answer: str
    locale: str
    agent_name: str
    at: datetime


@dataclass(frozen=True)
class Import:
    """A file that was read in."""

    id: UUID
    file_name: str
    shape: FileShape
    mapping: dict[str, Any]
    is_base: bool
    taken: int
    known: int
    refused: int
    refusals: list[dict[str, Any]]
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class Agreement:
    """How far reviewers agree on rows that two of them saw. kappa: Cohen's, agreement beyond chance; None: too few."""

    rows: int
    agreed: int
    kappa: float | None


def state_of(opinions: tuple[Opinion, ...], needed: int) -> MaterialState:
    """Enough who accept make it accepted, enough who reject rejected; both kinds at once is a dispute.

    A majority of two more settles a dispute.
    """
    yes = sum(one.accept for one in opinions)
    no = len(opinions) - yes
    if yes and no and abs(yes - no) < 2:
        return MaterialState.DISPUTED
    if max(yes, no) < needed:
        return MaterialState.WAITING
    return MaterialState.ACCEPTED if yes > no else MaterialState.REJECTED


def agreement_of(pairs: list[tuple[bool, bool]]) -> Agreement:
    """pairs: the first two words on each row that has two."""
    agreed = sum(one == other for one, other in pairs)
    if len(pairs) < 5:
        return Agreement(len(pairs), agreed, None)
    total = len(pairs)
    first, second = (sum(pair[at] for pair in pairs) / total for at in (0, 1))
    chance = first * second + (1 - first) * (1 - second)
    kappa = 1.0 if chance >= 1 else (agreed / total - chance) / (1 - chance)
    return Agreement(total, agreed, round(kappa, 3))
