"""How well intents are told from examples: on phrases held out by a seed, with questions out of scope where there are.

Shapes: a file has a line for each phrase, {text, intent, split?}; `oos` as intent, or a split that begins with it,
means out of scope: never learnt from, only tested with. Source of the rates: macro means over the intents that were
tested.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from zlib import crc32

import orjson

from app.answering.intents import Classifier, IntentCard
from app.evaluation.errors import NoQuestions, QuestionFileUnreadable

OUT = "oos"
Phrases = list[tuple[str, str]]


@dataclass(frozen=True)
class Measured:
    """What came of it: rates by name, all (meant, taken for, how often), and what it was measured with."""

    tested: int
    figures: dict[str, Any]
    confusion: list[tuple[str, str, int]]
    settings: dict[str, Any]

    @property
    def confused(self) -> list[tuple[str, str, int]]:
        """The pairs taken for each other, the most frequent first."""
        return sorted((one for one in self.confusion if one[0] != one[1]), key=lambda one: -one[2])


def read_phrases(path: Path) -> Phrases:
    """The phrases of a file with their intents. Raises QuestionFileUnreadable."""
    found: Phrases = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            outside = str(row.get("split", "")).startswith(OUT) or row["intent"] == OUT
            found.append((str(row["text"]), OUT if outside else str(row["intent"])))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise QuestionFileUnreadable(line=number) from error
    return found


def phrases_of(cards: Sequence[IntentCard]) -> Phrases:
    """The examples staff keep."""
    return [(example, card.key) for card in cards if card.enabled for example in card.examples]


def split_by(phrases: Phrases, seed: int, share: float) -> tuple[Phrases, Phrases]:
    """Phrases to learn from and to test with: a phrase falls on its side by its words and the seed alone."""
    learn: Phrases = []
    test: Phrases = []
    for phrase in phrases:
        held_out = crc32(f"{seed} {phrase[0]}".encode()) % 10_000 < share * 10_000
        (test if held_out or phrase[1] == OUT else learn).append(phrase)
    return learn, test


def measure(phrases: Phrases, seed: int = 0, share: float = 0.25) -> Measured:
    """Learns from one part, guesses the other. Raises NoQuestions when either has too little."""
    learn, test = split_by(phrases, seed, share)
    if len({label for _, label in learn}) < 2 or not any(label != OUT for _, label in test):
        raise NoQuestions
    began = perf_counter()
    classifier = Classifier(learn)
    fitted = perf_counter()
    guesses = [classifier.likely(text, 1)[0] for text, _ in test]
    asked = perf_counter()
    inside = [(label, guess.label) for (_, label), guess in zip(test, guesses, strict=True) if label != OUT]
    believed = [
        (label, guess.label if guess.score >= classifier.threshold else OUT)
        for (_, label), guess in zip(test, guesses, strict=True)
    ]
    settings = {
        "learnt": len(learn),
        "seed": seed,
        "held_out": share,
        "threshold": classifier.threshold,
        "fit_s": round(fitted - began, 2),
        "guess_ms": round((asked - fitted) / len(test) * 1000, 3),
    }
    confusion = [(*pair, count) for pair, count in sorted(Counter(believed).items())]
    return Measured(len(test), {"questions": len(test), **_rates(inside), **_scope(believed)}, confusion, settings)


def _rates(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Accuracy and macro means over (meant, taken for); every guess counts, however unsure."""
    meant, taken = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    hits = Counter(one for one, other in pairs if one == other)
    precision = [hits[label] / taken[label] if taken[label] else 0.0 for label in meant]
    recall = [hits[label] / count for label, count in meant.items()]
    f1 = [2 * hits[label] / (taken[label] + count) for label, count in meant.items()]
    return {
        "accuracy": _mean([one == other for one, other in pairs]),
        "macro_precision": _mean(precision),
        "macro_recall": _mean(recall),
        "macro_f1": _mean(f1),
    }


def _scope(believed: Sequence[tuple[str, str]]) -> dict[str, float]:
    """What becomes of guesses below the threshold: they count as out of scope."""
    inside = [taken for meant, taken in believed if meant != OUT]
    outside = [taken for meant, taken in believed if meant == OUT]
    found = {
        "believed_accuracy": _mean([meant == taken for meant, taken in believed]),
        "in_scope_kept": _mean([taken != OUT for taken in inside]),
    }
    return {**found, "oos_recall": _mean([taken == OUT for taken in outside])} if outside else found


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
