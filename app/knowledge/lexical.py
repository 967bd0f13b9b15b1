"""Text as search sees it: one spelling for every width and script, and hashed terms of characters and words."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt
import opencc

Ints = npt.NDArray[np.uint64]

UNIGRAM, BIGRAM, WORD, PIECE = 0, 1, 2, 3
TERM_SPACE = 1_000_000
_SIMPLIFY = opencc.OpenCC("t2s")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Letters and digits of scripts that are written in words; Chinese, Japanese and Korean go by characters.
_LETTERS = r"[0-9a-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u10ff\u1200-\u1fff\u2c00-\u2dff\ua640-\uabff]"
_WORDS = re.compile(f"{_LETTERS}+")
_CODES = re.compile(r"[a-z0-9]+(?:[-_./+#][a-z0-9]+)+")
_BLANKS = re.compile(r"\s+")
_CHARACTER_SCRIPTS = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_ENDINGS = (
    ("ies", "y", 5),
    ("sses", "ss", 5),
    ("ing", "", 6),
    ("ed", "", 5),
    ("ly", "", 5),
    ("es", "", 5),
    ("s", "", 4),
)
_MIX_A, _MIX_B, _MIX_C = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_SHIFT, _LOW = np.uint64(29), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Features:
    """Hashed terms of a text in order of kind, with repeats. hashes: (n,) uint64 below 2**32; kinds: (n,) uint8."""

    hashes: Ints
    kinds: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Terms:
    """A text for BM25. ids: (n,) int32 in [0, TERM_SPACE), rising; counts: (n,) float32; length: terms with repeats."""

    ids: npt.NDArray[np.int32]
    counts: npt.NDArray[np.float32]
    length: int


def normalise(text: str) -> str:
    """One spelling: NFKC (full width to half), traditional to simplified characters, lower case, single blanks."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if _HAN.search(folded):
        folded = _SIMPLIFY.convert(folded)
    return _BLANKS.sub(" ", folded).strip()


def stem(word: str) -> str:
    """The word without its commonest English endings; words that are not plain ASCII letters stay as they are."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    for ending, instead, least in _ENDINGS:
        if len(word) >= least and word.endswith(ending) and not (ending == "s" and word[-2] in "su"):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] == "e" else word


def features(text: str, pieces: tuple[int, ...] = (4,)) -> Features:
    """Characters and pairs of them where a script has no blanks; elsewhere stemmed words, codes and word pieces."""
    folded = normalise(text)
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


def terms_of(*texts: str) -> Terms:
    """The BM25 terms of some texts that belong to one passage; nothing is paired across their borders."""
    hashes = np.concatenate([features(text).hashes for text in texts]) if texts else np.empty(0, dtype=np.uint64)
    ids, counts = np.unique((hashes % np.uint64(TERM_SPACE)).astype(np.int32), return_counts=True)
    return Terms(ids, counts.astype(np.float32), len(hashes))


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
