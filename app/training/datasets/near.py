"""Finds texts that are nearly the same: MinHash signatures in bands propose pairs, exact Jaccard decides."""

import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

HASHES, BANDS = 64, 16
_PRIME = (1 << 31) - 1
_RANDOM = np.random.RandomState(20261122)
_FACTORS = _RANDOM.randint(1, _PRIME, HASHES).astype(np.uint64)
_SHIFTS = _RANDOM.randint(0, _PRIME, HASHES).astype(np.uint64)
_NUMBER = re.compile(r"\d+")
_NOT = re.compile(r"不|没|无|非|未|\bnot\b|n't\b|\bno\b|\bwithout\b", re.IGNORECASE)
_FILLING = re.compile(r"[\s\W_]+")


def plain(text: str) -> str:
    """Without width, case, blanks and punctuation."""
    return _FILLING.sub("", unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str) -> frozenset[str]:
    """Its pairs of characters; a text of one character is its own."""
    folded = plain(text)
    return frozenset(folded[at : at + 2] for at in range(max(1, len(folded) - 1))) if folded else frozenset()


def alike(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Jaccard's index."""
    either = len(ours | theirs)
    return len(ours & theirs) / either if either else 1.0


def hinge(text: str) -> tuple[tuple[str, ...], int]:
    """What must be equal whatever else is alike: the numbers, and how often something is denied."""
    folded = unicodedata.normalize("NFKC", text)
    return tuple(sorted(_NUMBER.findall(folded))), len(_NOT.findall(folded))


def signature(grams: Iterable[str]) -> np.ndarray:
    """(HASHES,) uint64: the smallest of each hash function over the grams."""
    values = np.fromiter((zlib.crc32(gram.encode()) for gram in grams), np.uint64)
    if values.size == 0:
        return np.zeros(HASHES, np.uint64)
    hashed = (values[:, None] * _FACTORS[None, :] + _SHIFTS[None, :]) % np.uint64(_PRIME)
    smallest: np.ndarray = hashed.min(axis=0)
    return smallest


def near_pairs(texts: Sequence[str], least: float) -> list[tuple[int, int]]:
    """Places (i < j) of texts at least that much alike, whose numbers and denials agree; in order."""
    grams = [shingles(text) for text in texts]
    hinges = [hinge(text) for text in texts]
    rows = HASHES // BANDS
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for place, found in enumerate(grams):
        marks = signature(found)
        for band in range(BANDS):
            buckets[band, marks[band * rows : (band + 1) * rows].tobytes()].append(place)
    proposed = {
        (one, other)
        for places in buckets.values()
        if 1 < len(places) <= 500
        for at, one in enumerate(places)
        for other in places[at + 1 :]
    }
    return sorted(
        (one, other)
        for one, other in proposed
        if hinges[one] == hinges[other] and alike(grams[one], grams[other]) >= least
    )


class Groups:
    """Union-find over places: who belongs together, directly or through others."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, place: int) -> int:
        """The smallest place of the group."""
        while self._parent[place] != place:
            self._parent[place] = self._parent[self._parent[place]]
            place = self._parent[place]
        return place

    def join(self, one: int, other: int) -> None:
        """Makes two groups one."""
        ours, theirs = self.find(one), self.find(other)
        self._parent[max(ours, theirs)] = min(ours, theirs)

    def join_equal(self, keys: Sequence[object | None]) -> None:
        """Joins all places that have the same key; None joins nobody."""
        first: dict[object, int] = {}
        for place, key in enumerate(keys):
            if key is not None:
                self.join(first.setdefault(key, place), place)
