"""The intents in force, ready to be asked; fitted beside the questions, which meanwhile go by patterns alone."""

import asyncio
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from app.answering.intents.classifier import Classifier
from app.answering.intents.domain import IntentCard, IntentKind, Reading, Tried
from app.answering.intents.sentiment import sentiment_of
from app.answering.intents.slots import slots_of

SHOWN = 3
LONGEST = 300
REMEMBERED = 1_024


def starter() -> tuple[IntentCard, ...]:
    """The intents a new installation begins with."""
    rows = json.loads(Path(__file__).with_name("starter.json").read_text("utf-8"))
    return tuple(
        IntentCard(row["key"], IntentKind(row["kind"]), row["zh"], row["en"], tuple(row["examples"])) for row in rows
    )


class Intents(Protocol):
    """Intents at hand, whether or not they are fitted yet."""

    @property
    def book(self) -> "IntentBook":
        """What there is now."""
        ...

    async def ready(self) -> "IntentBook":
        """The fitted book."""
        ...


class IntentBook:
    """Reads turns. Without a fitted classifier it still finds slots and sentiment."""

    def __init__(self, cards: Sequence[IntentCard], classifier: Classifier | None = None, with_model: bool = False):
        self.cards, self.with_model = tuple(cards), with_model
        self.kinds = {card.key: card.kind for card in cards}
        self.classifier = classifier
        # What many ask in the same words is read once.
        self._known = lru_cache(maxsize=REMEMBERED)(self._read)

    @classmethod
    def fitted(cls, cards: Sequence[IntentCard], with_model: bool = False) -> "IntentBook":
        """Fits over the examples of the enabled intents: under a second for some hundred."""
        examples = [(example, card.key) for card in cards if card.enabled for example in card.examples]
        if len({label for _, label in examples}) < 2:
            return cls(cards, None, with_model)
        return cls(cards, Classifier(examples), with_model)

    @property
    def book(self) -> "IntentBook":
        """Itself, as a book in the making gives what there is."""
        return self

    async def ready(self) -> "IntentBook":
        """Itself."""
        return self

    def read(self, text: str) -> Reading:
        """The turn as it is understood without a model."""
        return self._known(text) if len(text) <= LONGEST else self._read(text)

    def _read(self, text: str) -> Reading:
        asked = text[:LONGEST]
        slots, sentiment = slots_of(text), sentiment_of(asked)
        if self.classifier is None:
            return Reading(slots=slots, sentiment=sentiment)
        likely = tuple(self.classifier.likely(asked, SHOWN))
        sure = bool(likely) and likely[0].score >= self.classifier.threshold
        label = likely[0].label if sure else None
        kind = self.kinds[label] if label is not None else None
        return Reading(label, kind, "examples", likely, self.classifier.threshold, slots, sentiment)

    def try_out(self, text: str) -> Tried:
        """The reading, with the examples nearest to it."""
        nearest = self.classifier.nearest(text[:LONGEST]) if self.classifier is not None else []
        return Tried(self.read(text), tuple(nearest))


NOTHING_LEARNT = IntentBook(())


class BookInTheMaking:
    """Fits in a thread of its own, so that no question waits for it; gives the book as soon as it is there."""

    def __init__(self, cards: Sequence[IntentCard], with_model: bool = False):
        self._book = IntentBook(cards, None, with_model)
        self._fitting = asyncio.create_task(self._fit(tuple(cards), with_model))

    async def _fit(self, cards: tuple[IntentCard, ...], with_model: bool) -> None:
        self._book = await asyncio.to_thread(IntentBook.fitted, cards, with_model)

    @property
    def book(self) -> IntentBook:
        """What there is now."""
        return self._book

    async def ready(self) -> IntentBook:
        """The fitted book."""
        await asyncio.shield(self._fitting)
        return self._book
