"""The words of memory: a running summary, and what a customer lets us remember of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class FactKind(StrEnum):
    """What a fact is about: the customer, or something they wrote to us about before."""

    PROFILE = "profile"
    CASE = "case"


@dataclass(frozen=True)
class Noted:
    """A fact about to be kept; one of the same kind and key takes the place of the one before."""

    kind: FactKind
    key: str
    text: str


@dataclass(frozen=True)
class Fact:
    """A fact as it is kept."""

    id: UUID
    kind: FactKind
    text: str
    updated_at: datetime


@dataclass(frozen=True)
class Remembered:
    """What is remembered of a customer. consent None: they were never asked, or never answered."""

    consent: bool | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class RunningSummary:
    """What was said in a conversation up to a place in it. made_by: `extract`, or the model's name."""

    text: str
    made_by: str
