"""Which intent a text is, learnt from example phrases: softmax over the weight-free embedder's terms and its shape.

No weights to download and no call to a model: a fit of some hundred phrases takes about a second, a guess a fraction of
a millisecond.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from app.answering.intents.domain import Likely, Near
from app.answering.intents.shape import shape_of
from app.knowledge import canonical_text, text_features

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Sparse = tuple[Ints, Floats]

BUCKETS = 1 << 16
# Characters, pairs of them, words, pieces of words; then pairs of words, and what the shape of a turn tells.
_KIND_WEIGHTS = np.array([1.0, 0.5, 1.0, 0.3], dtype=np.float32)
_PAIR_WEIGHT, _SHAPE_WEIGHT, _PIECES = 0.7, 1.6, (3, 4, 5)
_SHARPNESS, _RATE, _BATCH = 6.0, 0.1, 32
# Passes over the examples: few phrases need many. steps: about how many batches in all.
_STEPS, _LEAST_PASSES, _MOST_PASSES = 400, 4, 40
# A guess is believed from the score on that KEPT of the right guesses on unseen phrases reach; higher, up to where only
# LEAST_KEPT of them do, when otherwise fewer than RIGHT of the believed ones were right.
KEPT, LEAST_KEPT, RIGHT, FOLDS = 0.9, 0.5, 0.9, 3


@dataclass(frozen=True)
class Report:
    """How well unseen phrases are told apart. Rates in [0, 1]; believed: share of guesses above the threshold."""

    examples: int = 0
    accuracy: float = 0.0
    macro_f1: float = 0.0
    believed: float = 0.0
    right_of_believed: float = 0.0


def _terms(text: str) -> Sparse:
    found = text_features(canonical_text(text), _PIECES)
    words = canonical_text(text).split()
    pairs = np.array([crc32(f"{one} {two}".encode()) for one, two in pairwise(words)], np.int64)
    marks = np.array([crc32(f"shape {mark}".encode()) for mark in shape_of(text)], np.int64)
    terms = (found.hashes & np.uint64(BUCKETS - 1)).astype(np.int64)
    buckets = np.concatenate([terms, pairs % BUCKETS, marks % BUCKETS])
    beside = np.repeat(np.array([_PAIR_WEIGHT, _SHAPE_WEIGHT], np.float32), [len(pairs), len(marks)])
    weights = np.concatenate([_KIND_WEIGHTS[found.kinds], beside])
    unique, place = np.unique(buckets, return_inverse=True)
    most = np.zeros(len(unique), np.float32)
    np.maximum.at(most, place, weights)
    return unique, most


def _rarity(texts: Sequence[Sparse]) -> Floats:
    seen = np.zeros(BUCKETS, np.float32)
    for buckets, _ in texts:
        seen[buckets] += 1
    return np.log1p((len(texts) - seen + 0.5) / (seen + 0.5)).astype(np.float32)


def _weighed(text: Sparse, rarity: Floats) -> Sparse:
    weights = text[1] * rarity[text[0]]
    return text[0], weights / np.float32(max(float(np.linalg.norm(weights)), 1e-9))


class Classifier:
    """Fitted once, then only asked; `threshold` is the score from which a guess is believed."""

    def __init__(self, examples: Sequence[tuple[str, str]]):
        """examples: (text, label), of two labels or more."""
        self.labels = tuple(sorted({label for _, label in examples}))
        self._examples = tuple(examples)
        terms = [_terms(text) for text, _ in examples]
        self._rarity = _rarity(terms)
        rows = [_weighed(term, self._rarity) for term in terms]
        answers = np.array([self.labels.index(label) for _, label in examples])
        self._flat = _flat(rows)
        self._weights = _fit(rows, answers, len(self.labels))
        self.unseen = _unseen(rows, answers, len(self.labels))
        self._answers = answers
        self.threshold = _threshold(self.unseen, answers)

    @property
    def confusion(self) -> list[tuple[str, str, int]]:
        """(meant, taken for, how often), from guesses about phrases that were left out of the fit."""
        counts: dict[tuple[str, str], int] = {}
        for (_, label), scores in zip(self._examples, self.unseen, strict=True):
            taken = self.labels[int(scores.argmax())]
            counts[label, taken] = counts.get((label, taken), 0) + 1
        return [(*pair, count) for pair, count in sorted(counts.items())]

    def report(self) -> "Report":
        """Accuracy, macro-F1 and the share of guesses believed, on phrases that were left out of the fit."""
        taken, best = self.unseen.argmax(axis=1), self.unseen.max(axis=1)
        right, sure = taken == self._answers, best >= self.threshold
        scores = []
        for label in range(len(self.labels)):
            hit = int(((taken == label) & right).sum())
            both = int((taken == label).sum() + (self._answers == label).sum())
            scores.append(2 * hit / both if both else 0.0)
        return Report(
            examples=len(self._examples),
            accuracy=round(float(right.mean()), 4),
            macro_f1=round(sum(scores) / len(scores), 4),
            believed=round(float(sure.mean()), 4),
            right_of_believed=round(float(right[sure].mean()) if sure.any() else 0.0, 4),
        )

    def likely(self, text: str, most: int = 3) -> list[Likely]:
        """The likeliest intents, best first."""
        scores = self._scores(_weighed(_terms(text), self._rarity))
        return [Likely(self.labels[place], round(float(scores[place]), 4)) for place in np.argsort(-scores)[:most]]

    def nearest(self, text: str, most: int = 5) -> list[Near]:
        """The examples most like the text, best first, those with nothing in common left out."""
        buckets, weights = _weighed(_terms(text), self._rarity)
        asked = np.zeros(BUCKETS, np.float32)
        asked[buckets] = weights
        where, values, starts = self._flat
        alike = np.add.reduceat(asked[where] * values, starts)
        best = [int(place) for place in np.argsort(-alike)[:most] if alike[place] > 0]
        return [Near(*self._examples[place], round(float(alike[place]), 3)) for place in best]

    def _scores(self, row: Sparse) -> Floats:
        scores: Floats = _softmax((row[1] @ self._weights[row[0]])[None, :] * np.float32(_SHARPNESS))[0]
        return scores


def _flat(rows: Sequence[Sparse]) -> tuple[Ints, Floats, Ints]:
    ends = np.cumsum([len(buckets) for buckets, _ in rows])
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    return np.concatenate([b for b, _ in rows]), np.concatenate([w for _, w in rows]), starts


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _fit(rows: Sequence[Sparse], answers: npt.NDArray[np.int64], labels: int) -> Floats:
    """Softmax regression by Adagrad in small batches; the same examples always give the same weights."""
    order_of = np.random.default_rng(0)
    weights = np.zeros((BUCKETS, labels), np.float32)
    moved = np.full(BUCKETS, 1e-3, np.float32)
    passes = min(_MOST_PASSES, max(_LEAST_PASSES, _STEPS * _BATCH // len(rows)))
    for _ in range(passes):
        order = order_of.permutation(len(rows))
        for start in range(0, len(rows), _BATCH):
            batch = order[start : start + _BATCH]
            where, values, starts = _flat([rows[place] for place in batch])
            wrong = _softmax(np.add.reduceat(weights[where] * values[:, None], starts) * np.float32(_SHARPNESS))
            wrong[np.arange(len(batch)), answers[batch]] -= 1
            lengths = np.diff(np.append(starts, len(where)))
            steps = np.repeat(wrong, lengths, axis=0) * values[:, None]
            touched, place = np.unique(where, return_inverse=True)
            slope = np.zeros((len(touched), labels), np.float32)
            np.add.at(slope, place, steps)
            moved[touched] += (slope**2).mean(axis=1)
            weights[touched] -= _RATE * slope / np.sqrt(moved[touched])[:, None]
    return weights


def _unseen(rows: Sequence[Sparse], answers: npt.NDArray[np.int64], labels: int) -> Floats:
    """The scores of each example by a fit that left it out."""
    scores = np.zeros((len(rows), labels), np.float32)
    for fold in range(FOLDS):
        kept = [place for place in range(len(rows)) if place % FOLDS != fold]
        weights = _fit([rows[place] for place in kept], answers[kept], labels)
        for place in range(fold, len(rows), FOLDS):
            buckets, values = rows[place]
            scores[place] = _softmax((values @ weights[buckets])[None, :] * np.float32(_SHARPNESS))[0]
    return scores


def _threshold(unseen: Floats, answers: npt.NDArray[np.int64]) -> float:
    right, best = unseen.argmax(axis=1) == answers, unseen.max(axis=1)
    if not right.any():
        return 1.0
    low, high = (float(np.quantile(best[right], 1 - kept)) for kept in (KEPT, LEAST_KEPT))
    steps = np.linspace(low, high, 21)
    fit = next((step for step in steps if right[best >= step].mean() >= RIGHT), high)
    return round(float(fit), 4)
