"""Searches for each question of a turn on its own and decides what it can be answered with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from app.answering.choices import OFFERED
from app.answering.decide import Decision, Reason, Route, decide
from app.answering.domain import Passage, Question, Recalled
from app.answering.intents.domain import Sentiment
from app.answering.intents.sentiment import sentiment_of
from app.answering.planted import gives_orders
from app.answering.ports import Passages
from app.answering.quotes import choose_quotes
from app.answering.recall import recall
from app.answering.understand import Understood

CURATED = (Route.FAQ_EXACT, Route.FAQ_NEAR)
QUOTES_EACH = 1
# Where a mere pause parts two questions, each must be answered more surely than a question asked by itself.
SURER = 1.5


@dataclass(frozen=True)
class Looked:
    """One question of the turn: the way decided on, and the words it can be answered with; none: it cannot."""

    understood: Understood
    recalled: Recalled
    decision: Decision
    quotes: tuple[tuple[Passage, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """As the trace keeps it."""
        return {
            "text": self.understood.text,
            "queries": self.understood.queries,
            "route": self.decision.route.value,
            "confidence": round(self.recalled.confidence, 4),
            "answered": bool(self.quotes),
        }


@dataclass(frozen=True)
class Several:
    """A turn of several questions, at least one of which can be answered."""

    parts: tuple[Looked, ...]

    @property
    def unanswered(self) -> tuple[Looked, ...]:
        """The questions the customer is owed a word about; one that only scolds wants none."""
        return tuple(
            part
            for part in self.parts
            if not part.quotes and sentiment_of(part.understood.text) is not Sentiment.NEGATIVE
        )

    @property
    def recalled(self) -> Recalled:
        """What was found for all of them, best of each first; as sure as the least sure answer."""
        answered = [part.recalled for part in self.parts if part.quotes]
        return replace(
            min(answered, key=lambda one: one.confidence),
            passages=_in_turns([part.recalled.passages for part in self.parts]),
            noted=(),
            answerable=True,
        )

    @property
    def decision(self) -> Decision:
        """Answering from what fits any of them; what is offered is for those without an answer."""
        fit = [part.decision.passages for part in self.parts if part.quotes]
        offers = dict.fromkeys(offer for part in self.unanswered for offer in part.decision.suggestions)
        counts = {"n": len(self.parts), "answered": len(fit)}
        reasons = (Reason("several_questions", counts),)
        return Decision(Route.KNOWLEDGE, _in_turns(fit), tuple(offers)[:OFFERED], reasons, self._left_out)

    @property
    def _left_out(self) -> tuple[tuple[int, str], ...]:
        """What fits none of them, by its place among everything found."""
        why = {
            id(part.recalled.passages[at]): code for part in self.parts for at, code in part.decision.left_out
        }  # fmt: skip
        used = {id(passage) for part in self.parts for passage in part.decision.passages}
        everything = enumerate(self.recalled.passages)
        return tuple((at, why[id(one)]) for at, one in everything if id(one) in why and id(one) not in used)


def asks_several(understood: Understood, decision: Decision) -> bool:
    """Whether the questions of a turn are worth looking up each: not where staff answered the whole of it."""
    parts = understood.parts
    return parts is not None and decision.route not in (CURATED[:1] if parts.certain else CURATED)


async def look_up(passages: Passages, question: Question, understood: Understood) -> Several | None:
    """What each question of the turn comes to; None when it is better answered as one. Raises Unavailable.

    A pause alone parts two questions only if both have an answer: 没收到货，怎么还没发 may well be one.
    """
    if understood.parts is None:
        return None
    known: dict[object, Passage] = {}
    parts = []
    for part in understood.parts.questions:
        alone = replace(understood, text=part.text, rewritten=part.rewritten, parts=None)
        found = await recall(passages, question, alone)
        found = replace(found, passages=tuple(known.setdefault(_key(one), one) for one in found.passages))
        decision = decide(alone, found)
        parts.append(Looked(alone, found, decision, tuple(_quotes(alone, decision))))
    answered = [part for part in parts if part.quotes]
    sure = [part for part in answered if part.recalled.confidence >= SURER * part.recalled.threshold]
    if not answered or (len(sure) < len(parts) and not understood.parts.certain):
        return None
    return Several(tuple(parts))


def _quotes(alone: Understood, decision: Decision) -> Iterator[tuple[Passage, str]]:
    if decision.route in CURATED:
        yield decision.passages[0], decision.passages[0].text.strip()
    elif decision.route is Route.KNOWLEDGE:
        for quote in choose_quotes(alone.whole, decision.passages, QUOTES_EACH):
            if not gives_orders(quote.text):
                yield decision.passages[quote.index], quote.text


def _key(passage: Passage) -> object:
    return passage.faq_id or passage.chunk_id or passage.text


def _in_turns(lists: Sequence[Sequence[Passage]]) -> tuple[Passage, ...]:
    """The first of each list, then the second of each, every passage once."""
    found: dict[object, Passage] = {}
    for row in zip_longest(*lists):
        for passage in row:
            if passage is not None:
                found.setdefault(_key(passage), passage)
    return tuple(found.values())
