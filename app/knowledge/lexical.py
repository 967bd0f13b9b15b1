"""Text as search sees it: one spelling for every width and script, and hashed terms of characters and words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from app.knowledge.spelling import normalise, stem
from app.knowledge.vocabulary import same_things, subjects
from app.knowledge.words.matching import NO_WORDS, Span, Words

Ints = npt.NDArray[np.uint64]

UNIGRAM, BIGRAM, WORD, PIECE, SAME, SUBJECT, PROTECTED = range(7)
# What a synonym counts in a question, beside 1 for what was said.
SYNONYM = 0.7
TERM_SPACE = 1_000_000
# Letters and digits of scripts that are written in words; Chinese, Japanese and Korean go by characters.
_LETTERS = r"[0-9a-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u10ff\u1200-\u1fff\u2c00-\u2dff\ua640-\uabff]"
_WORDS = re.compile(f"{_LETTERS}+")
_CODES = re.compile(r"[a-z0-9]+(?:[-_./+#][a-z0-9]+)+")
_CHARACTER_SCRIPTS = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_MIX_A, _MIX_B, _MIX_C = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_SHIFT, _LOW = np.uint64(29), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Features:
    """Hashed terms of a text in order of kind, with repeats. hashes: (n,) uint64 below 2**32; kinds: (n,) uint8."""

    hashes: Ints
    kinds: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Terms:
    """A text for BM25. ids: (n,) int32 in [0, TERM_SPACE), rising; counts: (n,) float32; kinds: (n,) uint8;
    length: terms with repeats; extra: (n,) bool, terms of synonyms that nobody said, None when there are none."""

    ids: npt.NDArray[np.int32]
    counts: npt.NDArray[np.float32]
    length: int
    kinds: npt.NDArray[np.uint8]
    extra: npt.NDArray[np.bool_] | None = None


def features(text: str, pieces: tuple[int, ...] = (4,)) -> Features:
    """Characters and pairs of them where a script has no blanks; elsewhere stemmed words, codes and word pieces."""
    return _features(normalise(text), pieces)


def _features(folded: str, pieces: tuple[int, ...] = (4,)) -> Features:
    points = np.frombuffer(folded.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    counted = np.zeros(len(points), dtype=bool)
    for first, last in _CHARACTER_SCRIPTS:
        counted |= (points >= first) & (points <= last)
    single = _mix(points[counted], np.uint64(7))
    together = counted[:-1] & counted[1:]
    double = _mix(points[:-1][together], points[1:][together])
    words: list[int] = []
    parts: list[int] = []
    for word in _WORDS.findall(folded):
        whole, pieces_of = _word_hashes(word, pieces)
        words.append(whole)
        parts.extend(pieces_of)
    words.extend(_hash("".join(filter(str.isalnum, code))) for code in _CODES.findall(folded))
    hashes = np.concatenate([single, double, np.array(words, dtype=np.uint64), np.array(parts, dtype=np.uint64)])
    sizes = (len(single), len(double), len(words), len(parts))
    return Features(hashes, np.repeat(np.array([UNIGRAM, BIGRAM, WORD, PIECE], dtype=np.uint8), sizes))


def written_terms(folded: str) -> list[str]:
    """What a normalised text is cut into, readably and in order: pairs of characters, words and codes, each once."""
    found: list[tuple[int, str]] = [(match.start(), match[0]) for match in _WORDS.finditer(folded)]
    found += [(match.start(), match[0]) for match in _CODES.finditer(folded)]
    counted = [any(first <= ord(sign) <= last for first, last in _CHARACTER_SCRIPTS) for sign in folded]
    for place, sign in enumerate(folded):
        if counted[place] and counted[place + 1 : place + 2] == [True]:
            found.append((place, folded[place : place + 2]))
        elif counted[place] and counted[max(0, place - 1) : place] != [True]:
            found.append((place, sign))
    return list(dict.fromkeys(term for _, term in sorted(found)))


def words_said(text: str) -> list[str]:
    """The words of a text as search reads it: one spelling, cut into pairs, words and codes."""
    return written_terms(normalise(text))


def without_kind(terms: Terms, kind: int) -> Terms:
    """The terms less those of one kind."""
    kept = terms.kinds != kind
    gone = int(terms.counts[~kept].sum())
    extra = None if terms.extra is None else terms.extra[kept]
    return Terms(terms.ids[kept], terms.counts[kept], terms.length - gone, terms.kinds[kept], extra)


def terms_of(*texts: str, words: Words = NO_WORDS) -> Terms:
    """The BM25 terms of some texts that belong to one passage; nothing is paired across their borders.

    Besides what is written, the things meant by everyday words, and subjects not every company deals in. A protected
    term is one term more; nothing is paired across its borders, and its single characters are left out.
    """
    return _terms([normalise(text) for text in texts], words)


def protected_terms(texts: Sequence[str], words: Words) -> Terms | None:
    """The terms of a passage that says a protected term; None for all others, whose terms are as without one."""
    folded = [normalise(text) for text in texts]
    return _terms(folded, words) if any(words.spans(one) for one in folded) else None


def _terms(all_folded: Sequence[str], words: Words) -> Terms:
    found: list[Features] = []
    for folded in all_folded:
        spans = words.spans(folded)
        found += _protected(folded, spans) if spans else [_features(folded)]
        found.append(_meant(folded))
    hashes = np.concatenate([np.empty(0, dtype=np.uint64), *(one.hashes for one in found)])
    kinds = np.concatenate([np.empty(0, dtype=np.uint8), *(one.kinds for one in found)])
    ids, first, counts = np.unique(
        (hashes % np.uint64(TERM_SPACE)).astype(np.int32), return_index=True, return_counts=True
    )
    return Terms(ids, counts.astype(np.float32), len(hashes), kinds[first])


def question_terms(text: str, words: Words) -> Terms:
    """The terms of a question with those of its synonyms, which count less than what was said."""
    folded = normalise(text)
    said = _terms([folded], words)
    expansions = words.expansions(folded)
    if not expansions:
        return said
    others = [terms_of(one.other, words=words) for one in expansions]
    kept = [one.kinds == PROTECTED if (one.kinds == PROTECTED).any() else _telling(one) for one in others]
    ids = np.concatenate([one.ids[keep] for one, keep in zip(others, kept, strict=True)])
    kinds = np.concatenate([one.kinds[keep] for one, keep in zip(others, kept, strict=True)])
    ids, first = np.unique(ids, return_index=True)
    new = ~np.isin(ids, said.ids)
    ids, kinds = ids[new], kinds[first][new]
    every = np.concatenate([said.ids, ids])
    order = np.argsort(every, kind="stable")
    extra = np.concatenate([np.zeros(len(said.ids), dtype=np.bool_), np.ones(len(ids), dtype=np.bool_)])
    counts = np.concatenate([said.counts, np.full(len(ids), SYNONYM, dtype=np.float32)])
    return Terms(every[order], counts[order], said.length, np.concatenate([said.kinds, kinds])[order], extra[order])


def _telling(one: Terms) -> npt.NDArray[np.bool_]:
    """Pairs and words; single characters and pieces only where there is nothing else."""
    telling = (one.kinds != UNIGRAM) & (one.kinds != PIECE)
    return telling if telling.any() else np.ones(len(one.ids), dtype=np.bool_)


def _protected(folded: str, spans: Sequence[Span]) -> list[Features]:
    """A text whose protected terms are not cut: beside each whole one only its pairs and words count."""
    around: list[str] = []
    place = 0
    for span in spans:
        around.append(folded[place : span.start])
        place = span.end
    around.append(folded[place:])
    whole = [_whole(folded[span.start : span.end], span.name) for span in spans]
    return [_features("\n".join(around)), *whole]


@lru_cache(maxsize=20_000)
def _whole(said: str, name: str) -> Features:
    inside = _features(said)
    kept = (inside.kinds == BIGRAM) | (inside.kinds == WORD)
    hashes = np.concatenate([inside.hashes[kept], np.array([_hash(f"protected:{name}")], dtype=np.uint64)])
    return Features(hashes, np.concatenate([inside.kinds[kept], np.array([PROTECTED], dtype=np.uint8)]))


def _meant(folded: str) -> Features:
    same, named = same_things(folded), subjects(folded)
    kinds = np.repeat(np.array([SAME, SUBJECT], dtype=np.uint8), (len(same), len(named)))
    return Features(np.array([_hash(name) for name in (*same, *named)], dtype=np.uint64), kinds)


def _mix(first: Ints, second: Ints | np.uint64) -> Ints:
    with np.errstate(over="ignore"):
        mixed = (first * _MIX_A) ^ (second * _MIX_B)
        mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX_C
    low: Ints = (mixed ^ (mixed >> _SHIFT)) & _LOW
    return low


def _hash(word: str) -> int:
    return crc32(word.encode())


@lru_cache(maxsize=100_000)
def _word_hashes(word: str, pieces: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    framed = f"<{word}>"
    found = (
        _hash(f"~{framed[start : start + size]}")
        for size in pieces
        for start in range(len(framed) - size + 1)
        if size < len(framed)
    )
    return _hash(stem(word)), tuple(found) if not word.isdigit() else ()
