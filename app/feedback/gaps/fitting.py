"""How alike two questions must be to mean the same: fitted for an embedder on questions that people have grouped.

The grouping itself is tried on them at every likeness; the lowest at which hardly any two questions share a group by
mistake wins. Source of the questions: written for this purpose by us, as customers of a shop write them, with their
nearest counterparts (refund and exchange, first time and second time) beside them.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.feedback.gaps.grouping import Groups, Vectors

LABELLED = Path(__file__).parent / "labelled.txt"
TARGET = 0.9
ORDERS = (7919, 104_729, 1_299_709)
STEPS = [round(0.40 + 0.01 * step, 2) for step in range(56)]
Embed = Callable[[Sequence[str]], Awaitable[Vectors]]


@dataclass(frozen=True)
class Fitted:
    """least: from this likeness on two questions share a group. precision: of two questions in one group, how often
    people agree; recall: of two that people put together, how often the grouping does. In [0, 1], over pairs."""

    least: float
    precision: float
    recall: float
    questions: int
    groups: int


def labelled_groups() -> list[list[str]]:
    """Questions that mean the same, together."""
    text = LABELLED.read_text(encoding="utf-8")
    return [block.split("\n") for block in text.strip().split("\n\n")]


async def fit(embed: Embed, *, neural: bool, groups: Sequence[Sequence[str]] | None = None) -> Fitted:
    """The lowest likeness that reaches the target; the strictest one when none does. Raises EmbedderUnavailable."""
    wanted = labelled_groups() if groups is None else groups
    asked = [(text, label) for label, block in enumerate(wanted) for text in block]
    vectors = np.asarray(await embed([text for text, _ in asked]), dtype=np.float32)
    tried = [_tried(least, asked, vectors, neural) for least in STEPS]
    good = [one for one in tried if one.precision >= TARGET]
    return good[0] if good else tried[-1]


def _tried(least: float, asked: Sequence[tuple[str, int]], vectors: Vectors, neural: bool) -> Fitted:
    """Over several orders in which customers might have come, since the first of a group is its measure."""
    together = right = meant = 0
    for step in ORDERS:
        order = sorted(range(len(asked)), key=lambda place: (place * step) % 10_007)
        groups = Groups(least, neural, int(vectors.shape[1]))
        made = [one.group for one in groups.place([asked[place][0] for place in order], vectors[order])]
        labels = [asked[place][1] for place in order]
        together, meant = together + _pairs(Counter(made)), meant + _pairs(Counter(labels))
        right += _pairs(Counter(zip(made, labels, strict=True)))
    precision, recall = (right / together if together else 1.0), (right / meant if meant else 0.0)
    return Fitted(least, round(precision, 4), round(recall, 4), len(asked), len({label for _, label in asked}))


def _pairs(counts: Counter[object]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())
