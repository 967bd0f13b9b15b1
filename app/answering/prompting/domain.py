"""The words of prompting: which templates there are, what they may use, and their versions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from app.answering.domain import Language

TemplateName = Literal["answer", "question"]
VersionState = Literal["draft", "active", "retired"]
ANSWER: Final = "answer"
QUESTION: Final = "question"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
LONGEST_BODY, MOST_EXAMPLES, LONGEST_EXAMPLE = 12_000, 6, 3_000
# What rules and examples together may cost; the rest of the context is for passages, history and the answer.
MOST_TOKENS = 3_000


@dataclass(frozen=True)
class Variable:
    """A name a template may use. items: what each of its parts has, for a list; required: its value must show."""

    name: str
    required: bool = False
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """What is fixed about a template: its variables, phrases that must stand in it, and whether it takes examples."""

    variables: tuple[Variable, ...]
    phrases: tuple[str, ...] = ()
    examples: bool = False


CARDS: dict[TemplateName, Card] = {
    ANSWER: Card((Variable("company"),), ("NO_ANSWER", "[1]"), examples=True),
    QUESTION: Card(
        (
            Variable("sources", required=True, items=("heading", "page", "body")),
            Variable("question", required=True),
            Variable("rewritten"),
        )
    ),
}


@dataclass(frozen=True)
class Example:
    """A made-up turn the model is shown: sources, what a customer asks, and the answer as it should be."""

    sources: tuple[str, ...]
    question: str
    answer: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"sources": list(self.sources), "question": self.question, "answer": self.answer}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Example":
        """What `as_dict` gave."""
        return cls(tuple(kept["sources"]), kept["question"], kept["answer"])


@dataclass(frozen=True)
class PromptText:
    """What one version says: a template and the examples shown with it."""

    body: str
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class PromptVersion:
    """One version of a template in one language. number 0: built in; revision: how often a draft was saved."""

    id: UUID | None
    name: TemplateName
    language: Language
    number: int
    text: PromptText
    note: str
    state: VersionState
    revision: int
    created_by: str = ""
    created_at: datetime | None = None
    activated_by: str | None = None
    activated_at: datetime | None = None


@dataclass(frozen=True)
class Problem:
    """Why a template cannot be used: a stable code, its values, and the line where that can be said."""

    code: str
    line: int | None = None
    values: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerSettings:
    """How answers end. unsupported: sentences without a source are dropped or marked; follow_ups: offer next ones."""

    unsupported: str = "drop"
    follow_ups: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"unsupported": self.unsupported, "follow_ups": self.follow_ups}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "AnswerSettings":
        """What `as_dict` gave; unknown values of a newer version are passed over."""
        return cls(str(kept.get("unsupported", "drop")), bool(kept.get("follow_ups", True)))
