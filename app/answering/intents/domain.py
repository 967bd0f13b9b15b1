"""The words of intents: what a turn is, how sure that is, what it names, and how it sounds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Likely:
    """An intent and how likely it is, in [0, 1]."""

    label: str
    score: float


@dataclass(frozen=True)
class Near:
    """A phrase among the examples that is like the text. likeness: cosine."""

    text: str
    label: str
    likeness: float


class IntentKind(StrEnum):
    """What follows from an intent. Several intents may be of one kind."""

    QUESTION = "question"
    TASK = "task"
    SMALL_TALK = "small_talk"
    COMPLAINT = "complaint"
    PERSON = "person"
    OUT_OF_SCOPE = "out_of_scope"


class Sentiment(StrEnum):
    """How a turn sounds."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True)
class IntentCard:
    """One intent with its example phrases. id None: a built-in one that nobody has changed yet."""

    key: str
    kind: IntentKind
    name_zh: str
    name_en: str
    examples: tuple[str, ...]
    enabled: bool = True
    id: UUID | None = None
    revision: int = 0

    def name(self, locale: str) -> str:
        """As staff know it."""
        return self.name_en if locale.startswith("en") else self.name_zh


@dataclass(frozen=True)
class IntentVersion:
    """The whole list as somebody saved it; number 0 is built in. with_model: the chat model reads turns too."""

    number: int
    cards: tuple[IntentCard, ...]
    note: str
    created_by: str
    created_at: datetime
    with_model: bool = False


@dataclass(frozen=True)
class Reading:
    """A turn as it was understood.

    label, kind: believed; None when nothing was likely enough. likely: best first, whatever their scores.
    by: `examples` or `model`. slots: order_number, phone, email and product, as far as named.
    """

    label: str | None = None
    kind: IntentKind | None = None
    by: str = "examples"
    likely: tuple[Likely, ...] = ()
    threshold: float = 0.0
    slots: Mapping[str, str] = field(default_factory=dict)
    sentiment: Sentiment = Sentiment.NEUTRAL

    def as_dict(self) -> dict[str, Any]:
        """As the trace keeps it."""
        return {
            "label": self.label,
            "kind": self.kind.value if self.kind else None,
            "by": self.by,
            "likely": [[one.label, one.score] for one in self.likely],
            "threshold": self.threshold,
        }


NOT_READ = Reading()


@dataclass(frozen=True)
class Tried:
    """A reading with the examples nearest to the text, for the test box."""

    reading: Reading
    nearest: tuple[Near, ...]
