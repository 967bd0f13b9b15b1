"""Teaches weight-free search from what people chose and passed over: which terms tell passages apart, and how much
words and vectors count; pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.knowledge.hashed_embedder import BUCKETS, DIMENSIONS, Idf, placed_terms

SHARPNESS = 20.0
"""How steeply the chosen passage must lead, in units of cosine similarity."""
RATE, HOLD, ROUNDS = 0.08, 0.02, 6
FARTHEST = 1.2
"""A term's weight changes by a factor of e to this power at most, so that no single vote can silence a word."""
HELD_OUT = 0.2
FEWEST = 40
"""Lessons below which nothing is learnt: a handful of clicks says more about people than about words."""


WEIGHTS = tuple(round(0.4 + 0.05 * step, 2) for step in range(11))
"""Of the words, tried for the sum of both channels."""


@dataclass(frozen=True)
class Lesson:
    """A question, the passage that answered it, those that were passed over; lessons of one group stay together.

    lexical: the score by words of the chosen one, then of the others, as search weighs it.
    """

    question: str
    chosen: str
    rejected: tuple[str, ...]
    group: str
    lexical: tuple[float, ...] = ()


@dataclass(frozen=True)
class Told:
    """How often search puts the chosen passage first, and its mean reciprocal place."""

    lessons: int
    first: float
    reciprocal: float


@dataclass(frozen=True)
class Tuned:
    """The table to embed with, and what came of learning. better: whether the learnt one was kept."""

    idf: Idf
    lexical_weight: float
    learnt: int
    before: Told
    after: Told
    better: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain values, without the table."""
        return {
            "learnt": self.learnt,
            "lexical_weight": self.lexical_weight,
            "held_out": self.before.lessons,
            "before": asdict(self.before),
            "after": asdict(self.after),
            "better": self.better,
        }


@dataclass(frozen=True)
class _Text:
    """A text's terms: bucket and place in the vector of each, and its weight but for rarity."""

    buckets: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]

    def vector(self, table: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float]:
        """Each term's part, the unit vector, and the length before."""
        parts = self.weights * table[self.buckets]
        vector = np.bincount(self.places, weights=parts, minlength=DIMENSIONS)
        length = max(1e-6, float(np.linalg.norm(vector)))
        return parts, vector / length, length


@dataclass(frozen=True)
class _Case:
    """A lesson with its texts cut into terms: the question, the chosen passage, the others."""

    texts: list[_Text]
    lexical: npt.NDArray[np.float64]

    def place(self, table: npt.NDArray[np.float64], weight: float) -> int:
        """Where the chosen passage stands when words count so much; it loses every tie."""
        question, *passages = (one.vector(table)[1] for one in self.texts)
        scores = weight * self.lexical + (1 - weight) * np.array([question @ one for one in passages])
        return 1 + int((scores[1:] >= scores[0]).sum())


def tune(idf: Idf, lexical_weight: float, lessons: Sequence[Lesson], seed: int = 7) -> Tuned | None:
    """What was learnt where it does better on lessons kept aside, else all as before; None: too few lessons."""
    taught, aside = _parted(lessons)
    if len(lessons) < FEWEST or not taught or not aside:
        return None
    known: dict[str, _Text] = {}

    def case(one: Lesson) -> _Case:
        said = (one.question, one.chosen, *one.rejected)
        for text in said:
            if text not in known:
                known[text] = _Text(*placed_terms(text))
        scores = np.array(one.lexical or [0.0] * (len(said) - 1))
        return _Case([known[text] for text in said], scores)

    cases, asked = [case(one) for one in taught], [case(one) for one in aside]
    was = idf.astype(np.float64)
    learnt = was * np.exp(_learn(was, [one.texts for one in cases], seed))
    weight = max(WEIGHTS, key=lambda tried: (_told(cases, learnt, tried).reciprocal, -abs(tried - lexical_weight)))
    before, after = _told(asked, was, lexical_weight), _told(asked, learnt, weight)
    if after.reciprocal <= before.reciprocal:
        return Tuned(idf, lexical_weight, len(taught), before, after, False)
    return Tuned(learnt.astype(np.float32), weight, len(taught), before, after, True)


def _parted(lessons: Sequence[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """The last groups by name are kept aside; a group is never on both sides."""
    names = sorted({one.group for one in lessons})
    kept = set(names[len(names) - max(1, int(len(names) * HELD_OUT)) :])
    return [one for one in lessons if one.group not in kept], [one for one in lessons if one.group in kept]


def _learn(idf: npt.NDArray[np.float64], sets: list[list[_Text]], seed: int) -> npt.NDArray[np.float64]:
    """How far each bucket's weight moves, as a logarithm: cross entropy over the passages, held near where it was."""
    shift, table = np.zeros(BUCKETS), idf.copy()
    seen = np.full(BUCKETS, 1e-3)
    dice = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        for at in dice.permutation(len(sets)):
            touched, slope = _slope(table, sets[at])
            step = slope + HOLD * shift[touched]
            seen[touched] += step * step
            moved = shift[touched] - RATE * step / np.sqrt(seen[touched])
            shift[touched] = np.clip(moved, -FARTHEST, FARTHEST)
            table[touched] = idf[touched] * np.exp(shift[touched])
    return shift


def _slope(table: npt.NDArray[np.float64], texts: list[_Text]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The buckets of one lesson, and how its loss changes with the shift of each."""
    parts, units, lengths = zip(*(one.vector(table) for one in texts), strict=True)
    question, passages = units[0], np.stack(units[1:])
    near = passages @ question
    odds = np.exp(SHARPNESS * (near - near.max()))
    pull = odds / odds.sum()
    pull[0] -= 1.0
    pull *= SHARPNESS
    towards = [pull @ passages - (pull @ near) * question]
    towards += [pull[at] * (question - near[at] * passages[at]) for at in range(len(passages))]
    told = zip(texts, parts, lengths, towards, strict=True)
    slopes = np.concatenate([part * pulled[one.places] / length for one, part, length, pulled in told])
    touched, where = np.unique(np.concatenate([one.buckets for one in texts]), return_inverse=True)
    return touched.astype(np.int64), np.bincount(where, weights=slopes).astype(np.float64)


def _told(cases: Sequence[_Case], table: npt.NDArray[np.float64], weight: float) -> Told:
    places = [one.place(table, weight) for one in cases]
    first, reciprocal = sum(place == 1 for place in places), sum(1 / place for place in places)
    return Told(len(cases), round(first / len(cases), 4), round(reciprocal / len(cases), 4))
