"""The words of the answer cache: what an answer depends on, a kept answer, and what a look for one came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import orjson

from app.answering.domain import Citation, Composer, Finished, Outcome

How = Literal["exact", "near", "missed"]


@dataclass(frozen=True)
class Scope:
    """Everything but the question and the knowledge that an answer depends on; no answer leaves its scope.

    settings: of prompts, guard and all else of answering, by version. model: which one would answer now.
    """

    language: str
    audience: str
    tier: str | None
    channel: str | None
    base_ids: tuple[UUID, ...] | None
    company: str
    settings: Mapping[str, str]
    model: str

    @property
    def key(self) -> str:
        """Short, and never the same for two scopes."""
        told = {**vars(self), "settings": dict(sorted(self.settings.items())), "base_ids": self._bases()}
        return sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def _bases(self) -> list[str] | None:
        return None if self.base_ids is None else sorted(str(one) for one in self.base_ids)


@dataclass(frozen=True)
class Cached:
    """An answer as it was given."""

    question: str
    text: str
    outcome: str
    composer: str
    citations: tuple[Citation, ...]
    suggestions: tuple[str, ...]
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, question: str, ended: Finished, at: datetime) -> "Cached":
        """What an ended answer leaves behind: its words and sources, and what made it."""
        record = ended.trace
        details = {name: record.get(name) for name in ("model", "usage", "cost", "decision", "check")}
        if record.get("prompt"):
            details["prompt_version"] = record["prompt"]["version"]
        return cls(
            question,
            ended.text,
            ended.outcome.value,
            ended.composer.value,
            ended.citations,
            ended.suggestions,
            at,
            details,
        )

    def ended(self, record: dict[str, Any]) -> Finished:
        """The end of an answer that says this again, with a trace of its own. It costs no token."""
        outcome, composer = Outcome(self.outcome), Composer(self.composer)
        return Finished(self.text, outcome, self.citations, self.suggestions, composer, record)


@dataclass(frozen=True)
class Hit:
    """A kept answer that may be given: to the same question, or to one so like it that nothing that counts differs."""

    cached: Cached
    how: How
    score: float = 1.0


@dataclass(frozen=True)
class Looked:
    """What a look came to. state: what the knowledge is like now; an answer is kept with the state it was made in."""

    state: str
    hit: Hit | None


@dataclass(frozen=True)
class Uses:
    """How the cache did since a moment."""

    exact: int
    near: int
    missed: int
    entries: int

    @property
    def rate(self) -> float | None:
        """The share of questions it answered; None before the first."""
        asked = self.exact + self.near + self.missed
        return round((self.exact + self.near) / asked, 4) if asked else None
