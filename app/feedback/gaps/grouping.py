"""Which questions mean the same: each goes to the nearest known group that is alike enough, or begins a new one.

Order decides, nothing else: the same questions in the same order form the same groups, however they are cut into
runs. A group is known by a few exemplars; the first of them is its measure, so a group cannot drift away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.answering import shared_words, what_differs
from app.kernel.ids import new_id

Vectors = npt.NDArray[np.float32]
NEAREST, EXEMPLARS, AT_ONCE = 8, 4, 256
# A joiner that is at least so alike an exemplar adds nothing to its group.
SAME_WORDS = 0.9


@dataclass(frozen=True)
class Exemplar:
    """A question that stands for its group."""

    group: UUID
    text: str


@dataclass(frozen=True)
class Placed:
    """Where a question went. is_exemplar: it stands for its group from now on; begins: it is the first of it."""

    group: UUID
    is_exemplar: bool
    begins: bool
    score: float


@dataclass
class Groups:
    """The known groups. least: how alike two questions must be; neural: whether vectors alone tell."""

    least: float
    neural: bool
    dimensions: int
    exemplars: list[Exemplar] = field(default_factory=list)
    first_of: dict[UUID, int] = field(default_factory=dict)
    counts: dict[UUID, int] = field(default_factory=dict)
    _vectors: Vectors = field(init=False)

    def __post_init__(self) -> None:
        self._vectors = np.zeros((64, self.dimensions), dtype=np.float32)

    def add(self, group: UUID, text: str, vector: Vectors) -> None:
        """One more exemplar; the first one of a group must come first."""
        place = len(self.exemplars)
        if place == len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
        self._vectors[place] = np.asarray(vector, dtype=np.float16)  # as exact as it is kept
        self.exemplars.append(Exemplar(group, text))
        self.first_of.setdefault(group, place)
        self.counts[group] = self.counts.get(group, 0) + 1

    def place(self, texts: Sequence[str], vectors: Vectors) -> list[Placed]:
        """Each question's group, in order. vectors: (len(texts), dimensions), rows of unit length."""
        placed: list[Placed] = []
        for start in range(0, len(texts), AT_ONCE):
            placed += self._place_some(texts[start : start + AT_ONCE], vectors[start : start + AT_ONCE])
        return placed

    def _place_some(self, texts: Sequence[str], vectors: Vectors) -> list[Placed]:
        known = len(self.exemplars)
        old = vectors @ self._vectors[:known].T
        placed: list[Placed] = []
        for row, text in enumerate(texts):
            fresh = self._vectors[known : len(self.exemplars)] @ vectors[row]
            cosines = np.concatenate([old[row], fresh])
            placed.append(self._place_one(text, vectors[row], cosines))
        return placed

    def _place_one(self, text: str, vector: Vectors, cosines: Vectors) -> Placed:
        best, group = 0.0, None
        for place in _nearest(cosines):
            exemplar = self.exemplars[place]
            if float(cosines[place]) < self._hopeless:
                break
            score = self.score(text, exemplar.text, float(cosines[place]))
            if score > best and what_differs(text, exemplar.text) is None:
                best, group = score, exemplar.group
        if group is None or best < self.least:
            group = new_id()
            self.add(group, text, vector)
            return Placed(group, is_exemplar=True, begins=True, score=1.0)
        first = self.first_of[group]
        fits = self.score(text, self.exemplars[first].text, float(cosines[first])) >= self.least
        is_exemplar = fits and best < SAME_WORDS and self.counts[group] < EXEMPLARS
        if is_exemplar:
            self.add(group, text, vector)
        return Placed(group, is_exemplar, begins=False, score=round(best, 4))

    def score(self, one: str, other: str, cosine: float) -> float:
        """How alike in [0, 1]: a trained model's vectors alone, weight-free ones together with the words in common."""
        return cosine if self.neural else (cosine + shared_words(one, other)) / 2

    @property
    def _hopeless(self) -> float:
        """A cosine under which no words in common could help."""
        return self.least if self.neural else 2 * self.least - 1


def _nearest(cosines: Vectors) -> list[int]:
    """The places of the highest cosines, the highest first; of equal ones the older."""
    if len(cosines) == 0:
        return []
    few = min(NEAREST, len(cosines))
    found = np.argpartition(-cosines, few - 1)[:few]
    return [int(place) for place in found[np.lexsort((found, -cosines[found]))]]
