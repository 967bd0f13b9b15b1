"""Finds protected terms and synonyms in normalised text; quick where there are none, however many are known."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.knowledge.spelling import normalise

SHORT = 64
_MIX, _MASK = np.uint32(40_503), np.uint32((1 << 16) - 1)
Points = npt.NDArray[np.uint32]
NOTHING: tuple[tuple[int, ...], dict[str, str]] = ((), {})
_ALNUM = re.compile(r"[0-9a-z]")
_GAPS = re.compile(r"[\s\-_]+")


@dataclass(frozen=True)
class Span:
    """A protected term in a text: where it stands, and its one name whatever blanks or hyphens it was written with."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Expansion:
    """A word the question says, and another that means the same."""

    said: str
    other: str


class _Finder:
    """Phrases by their first two characters and their length, longest first."""

    def __init__(self, named: Iterable[tuple[str, str]]):
        heads: dict[str, dict[str, str]] = {}
        single: dict[str, str] = {}
        for phrase, name in named:
            if len(phrase) > 1:
                heads.setdefault(phrase[:2], {})[phrase] = name
            elif phrase:
                single[phrase] = name
        self._heads = {
            head: (tuple(sorted({len(phrase) for phrase in found}, reverse=True)), found)
            for head, found in heads.items()
        }
        phrases = [phrase for found in heads.values() for phrase in found]
        self._pairs = _table({phrase for phrase in phrases if len(phrase) == 2}, _pairs)
        self._triples = _table({phrase[:3] for phrase in phrases if len(phrase) > 2}, _triples)
        # A unit of one character is one only behind a number: 5 克, not 克拉.
        self._units = re.compile(f"(?<=[0-9])[ ]?([{re.escape(''.join(single))}])(?![0-9a-z])") if single else None
        self._single = single

    def find(self, folded: str) -> list[Span]:
        """Where phrases stand, from the left, the longest first, none inside another."""
        found = self._longest(folded, self._places(folded)) if self._heads else []
        if self._units is not None:
            taken = [(span.start, span.end) for span in found]
            for match in self._units.finditer(folded):
                start, end = match.span(1)
                if not any(first < end and start < last for first, last in taken):
                    found.append(Span(start, end, self._single[match[1]]))
            found.sort(key=lambda span: span.start)
        return found

    def _places(self, folded: str) -> list[int]:
        """Where a phrase may begin. Long texts go through tables first, which are wrong for few places."""
        if len(folded) < SHORT:
            heads = self._heads
            return [place for place in range(len(folded) - 1) if folded[place : place + 2] in heads]
        points = np.frombuffer(folded.encode("utf-32-le"), dtype=np.uint32)
        likely = self._pairs[_pairs(points)]
        likely[:-1] |= self._triples[_triples(points)]
        found: list[int] = np.flatnonzero(likely).tolist()
        return found

    def _longest(self, folded: str, places: Iterable[int]) -> list[Span]:
        found: list[Span] = []
        end = 0
        for place in places:
            if place < end:
                continue
            lengths, phrases = self._heads.get(folded[place : place + 2], NOTHING)
            for length in lengths:
                name = phrases.get(folded[place : place + length])
                if name is not None and _apart(folded, place, place + length):
                    end = place + length
                    found.append(Span(place, end, name))
                    break
        return found


def _pairs(points: Points) -> Points:
    """For each two characters in a row their place in a table."""
    slots: Points = (points[:-1] * _MIX + points[1:]) & _MASK
    return slots


def _triples(points: Points) -> Points:
    """The same for each three."""
    mixed = (points[:-2] * _MIX + points[1:-1]) * _MIX + points[2:]
    slots: Points = (mixed ^ (mixed >> np.uint32(16))) & _MASK
    return slots


def _table(beginnings: Collection[str], slots_of: Callable[[Points], Points]) -> npt.NDArray[np.bool_]:
    """Which places texts of one length take; cut out of all of them written one behind the other."""
    table = np.zeros(int(_MASK) + 1, dtype=np.bool_)
    if beginnings:
        size = len(next(iter(beginnings)))
        points = np.frombuffer("".join(beginnings).encode("utf-32-le"), dtype=np.uint32)
        table[slots_of(points)[::size]] = True
    return table


def _apart(folded: str, start: int, end: int) -> bool:
    """Latin phrases are whole words; a number may stand right before one, as before a unit."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if before and "a" <= before <= "z" and _ALNUM.match(folded[start]):
        return False
    if before.isdigit() and folded[start].isdigit():
        return False
    return not (after and _ALNUM.match(after) and _ALNUM.match(folded[end - 1]))


@dataclass(frozen=True, eq=False)
class Words:
    """Protected terms, and for each word those that mean the same; all as people wrote them."""

    protected: tuple[str, ...] = ()
    same: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def _protected(self) -> _Finder:
        return _Finder((form, name_of(term)) for term in self.protected for form in _forms(term))

    @cached_property
    def _same(self) -> _Finder:
        return _Finder((normalise(said), said) for said in self.same)

    def spans(self, folded: str) -> list[Span]:
        """The protected terms in a normalised text."""
        return self._protected.find(folded) if self.protected else []

    def expansions(self, folded: str) -> list[Expansion]:
        """The synonyms of what a normalised question says, each once."""
        if not self.same:
            return []
        said = dict.fromkeys(span.name for span in self._same.find(folded))
        found = dict.fromkeys((word, other) for word in said for other in self.same[word])
        return [Expansion(word, other) for word, other in found if normalise(other) not in folded]

    def segments(self, folded: str) -> list[tuple[str, bool]]:
        """A normalised text cut at its protected terms; the flag tells which parts are such terms."""
        parts: list[tuple[str, bool]] = []
        place = 0
        for span in self.spans(folded):
            parts += [(folded[place : span.start], False), (folded[span.start : span.end], True)]
            place = span.end
        parts.append((folded[place:], False))
        return [part for part in parts if part[0].strip()]


NO_WORDS = Words()


def name_of(term: str) -> str:
    """The one name of a protected term: Orbit 3, orbit-3 and ORBIT3 are the same."""
    return _GAPS.sub("", normalise(term))


def _forms(term: str) -> tuple[str, ...]:
    folded = normalise(term)
    if not _GAPS.search(folded):
        return (folded,)
    return tuple(dict.fromkeys((folded, *(_GAPS.sub(gap, folded) for gap in ("", " ", "-")))))


def united(all_words: Sequence[Words]) -> Words:
    """Several word lists as one."""
    kept = [words for words in all_words if words.protected or words.same]
    if not kept:
        return NO_WORDS
    if len(kept) == 1:
        return kept[0]
    same: dict[str, dict[str, None]] = {}
    for words in kept:
        for said, others in words.same.items():
            same.setdefault(said, {}).update(dict.fromkeys(others))
    protected = tuple(dict.fromkeys(term for words in kept for term in words.protected))
    return Words(protected, {said: tuple(others) for said, others in same.items()})
