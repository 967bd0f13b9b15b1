"""Sensitive words: ten thousand of them found in one pass, in any spelling, with what each asks for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import add

from app.answering.guard.folding import folded, places

LONGEST_WORD = 40
# Between two characters of a word at most so many marks may stand, and no end of a sentence.
WIDEST_GAP = 2
_SENTENCE_END = re.compile(r"[。！？!?;；\n]")
_LATIN = re.compile(r"[A-Za-z0-9]")


class Action(StrEnum):
    """What happens to a message that says a word; the strictest of several wins."""

    LOG = "log"
    MASK = "mask"
    HAND_OVER = "hand_over"
    BLOCK = "block"


STRICTNESS = {Action.LOG: 0, Action.MASK: 1, Action.HAND_OVER: 2, Action.BLOCK: 3}


@dataclass(frozen=True)
class Listed:
    """A word with its category and what it asks for."""

    word: str
    category: str
    action: Action


@dataclass(frozen=True)
class WordHit:
    """A listed word in a text, and where."""

    start: int
    end: int
    word: str
    category: str
    action: Action


class WordFilter:
    """Finds listed words. allowed: phrases in which a listed word is harmless, as 敏感 in 敏感肌."""

    # An index by the first two characters: with ten thousand Chinese words it was measured seven times as fast as an
    # Aho-Corasick automaton, whose root has thousands of children.
    def __init__(self, listed: Sequence[Listed] = (), allowed: Sequence[str] = ()):
        self._words: dict[str, Listed | None] = {}
        self._sizes: dict[str, tuple[int, ...]] = {}
        self._prefixes: set[str] = set()
        self._longest = 0
        known: list[tuple[str, Listed | None]] = [(folded(one.word), one) for one in listed]
        for plain, one in [*known, *((folded(phrase), None) for phrase in allowed)]:
            if not plain:
                continue
            self._words[plain] = one
            sizes = {*self._sizes.get(plain[:2], ()), len(plain)}
            self._sizes[plain[:2]] = tuple(sorted(sizes, reverse=True))
            if one is not None:
                self._longest = max(self._longest, len(plain))
                self._prefixes.update(plain[:size] for size in range(1, len(plain)))
        self._single = any(len(plain) == 1 for plain in self._words)

    def find(self, text: str) -> list[WordHit]:
        """Each listed word, longest first where several begin alike; none inside an allowed phrase."""
        if not self._longest:
            return []
        plain = folded(text)
        if not self._single and self._sizes.keys().isdisjoint(map(add, plain, plain[1:])):
            return []
        raw = list(self._candidates(plain))
        if not raw:
            return []
        at = places(text)
        spans = [(at[start], at[end - 1] + 1, one) for start, end, one in raw]
        harmless = [(start, end) for start, end, one in spans if one is None]
        found: list[WordHit] = []
        for start, end, one in sorted(spans, key=lambda span: (span[0], -span[1])):
            if one is None or any(a <= start and end <= b for a, b in harmless):
                continue
            if found and start < found[-1].end:
                continue
            if _is_one(text, start, end):
                found.append(WordHit(start, end, one.word, one.category, one.action))
        return found

    def _candidates(self, plain: str) -> Iterator[tuple[int, int, Listed | None]]:
        for start in range(len(plain)):
            for key in (plain[start : start + 2], plain[start]) if self._single else (plain[start : start + 2],):
                for size in self._sizes.get(key, ()):
                    word = plain[start : start + size]
                    if len(word) == size and word in self._words:
                        yield start, start + size, self._words[word]

    def open_at(self, text: str) -> int:
        """Where at the end of a text a listed word may be beginning; the text's length when none is."""
        if not self._longest or not text:
            return len(text)
        tail_from = max(0, len(text) - self._longest * (WIDEST_GAP + 1))
        tail = text[tail_from:]
        plain = folded(tail)
        for size in range(min(self._longest, len(plain)), 0, -1):
            if plain[-size:] in self._prefixes:
                return tail_from + places(tail)[len(plain) - size]
        return len(text)


def _is_one(text: str, start: int, end: int) -> bool:
    """Whether a hit is a word as somebody would write or hide it, and no accident of two words side by side."""
    said = text[start:end]
    if _SENTENCE_END.search(said):
        return False
    gaps = [len(gap) for gap in re.findall(r"[\W_]+", said)]
    if any(gap > WIDEST_GAP for gap in gaps):
        return False
    if not _LATIN.match(said[0]) or not _LATIN.match(said[-1]):
        return True
    if (start and _LATIN.match(text[start - 1])) or (end < len(text) and _LATIN.match(text[end])):
        return False
    letters = sum(char.isalnum() for char in said)
    return not gaps or len(gaps) == letters - 1 or " " not in said
