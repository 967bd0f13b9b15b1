"""The words of the guard: what staff set, and what it says about a message."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from app.answering.guard.words import STRICTNESS, Action, Listed

MOST_WORDS, MOST_ALLOWED, MOST_HOSTS, MOST_BANKED = 20_000, 5_000, 500, 3_000
LONGEST_WORD, LONGEST_BANKED = 40, 300


class Expects(StrEnum):
    """What becomes of a banked question."""

    REFUSE = "refuse"
    ANSWER = "answer"


Attacks = Literal["refuse", "hand_over", "log"]
Links = Literal["published", "listed"]
Outcome = Literal["pass", "log", "mask", "hand_over", "refuse", "block"]
Ground = Literal["", "word", "attack", "bank", "classifier"]


@dataclass(frozen=True)
class Banked:
    """A question that must always be refused, or must never be refused by the guard."""

    text: str
    expects: Expects
    category: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain values."""
        return {"text": self.text, "expects": self.expects.value, "category": self.category}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Banked":
        """What `as_dict` gave."""
        return cls(kept["text"], Expects(kept["expects"]), kept.get("category", ""))


@dataclass(frozen=True)
class GuardSettings:
    """Everything staff set. attacks: what an attempt to turn the bot leads to, `refuse`, `hand_over` or `log`.

    classifier: the chat model judges what the patterns let through. links: answers keep links to listed hosts and to
    those the documents link to, or to `listed` ones alone.
    """

    words: tuple[Listed, ...] = ()
    allowed: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    attacks: Attacks = "refuse"
    bank: tuple[Banked, ...] = ()
    classifier: bool = False
    links: Links = "published"

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "words": [[one.word, one.category, one.action.value] for one in self.words],
            "allowed": list(self.allowed),
            "hosts": list(self.hosts),
            "attacks": self.attacks,
            "bank": [one.as_dict() for one in self.bank],
            "classifier": self.classifier,
            "links": self.links,
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "GuardSettings":
        """What `as_dict` gave."""
        return cls(
            tuple(Listed(word, category, Action(action)) for word, category, action in kept.get("words", ())),
            tuple(kept.get("allowed", ())),
            tuple(kept.get("hosts", ())),
            kept.get("attacks", "refuse"),
            tuple(Banked.from_dict(one) for one in kept.get("bank", ())),
            kept.get("classifier", False),
            kept.get("links", "published"),
        )

    def tidy(self) -> "GuardSettings":
        """Without blanks and repeats; of one word listed twice the stricter stays."""
        words: dict[str, Listed] = {}
        for one in self.words:
            word = one.word.strip()
            known = words.get(word.casefold())
            if word and (known is None or STRICTNESS[known.action] < STRICTNESS[one.action]):
                words[word.casefold()] = Listed(word, one.category.strip(), one.action)
        bank = {one.text.strip(): Banked(one.text.strip(), one.expects, one.category.strip()) for one in self.bank}
        bank.pop("", None)
        return GuardSettings(
            tuple(words.values()),
            _once(self.allowed),
            tuple(dict.fromkeys(host.strip().casefold().removeprefix("www.") for host in self.hosts if host.strip())),
            self.attacks,
            tuple(bank.values()),
            self.classifier,
            self.links,
        )


def _once(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


@dataclass(frozen=True)
class GuardVersion:
    """One version of the settings. number 0: what comes with the program."""

    number: int
    settings: GuardSettings
    action: str
    created_by: str
    created_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """What the guard says about a message. text: masked; because: categories, kinds of attack, or what was banked."""

    action: Outcome = "pass"
    why: Ground = ""
    because: tuple[str, ...] = ()
    text: str = ""
    words: tuple[tuple[int, int, str, str, str], ...] = ()
    attacks: tuple[tuple[int, int, str], ...] = ()
    personal: dict[str, int] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """Whether the message is not answered."""
        return self.action in ("block", "refuse", "hand_over")

    def as_notes(self) -> dict[str, Any]:
        """For the trace: kinds and categories, no words of the customer's."""
        notes: dict[str, Any] = {"action": self.action}
        if self.why:
            notes.update(why=self.why, because=list(self.because))
        if self.personal:
            notes["personal"] = dict(self.personal)
        return notes
