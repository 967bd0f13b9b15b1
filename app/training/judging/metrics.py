"""How near an answer is to the wanted one, character by character: exact, F1, BLEU-4, ROUGE-L, all in [0, 1]."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_MARK = re.compile(r"\s*\[\d{1,3}\]")
_WORD = re.compile(r"[a-z0-9.]+|[\u3400-\u9fff]|[^\sa-z0-9\u3400-\u9fff]")
RIGHT = 0.9
"""From this F1 on, with the same numbers, an answer counts as right."""


def units(text: str) -> list[str]:
    """Han characters, Latin words and marks; source marks and blanks don't count."""
    return _WORD.findall(unicodedata.normalize("NFKC", _MARK.sub("", text)).casefold())


def exact(said: str, wanted: str) -> bool:
    """Whether they are the same but for blanks, width and source marks."""
    return units(said) == units(wanted)


def f1(said: str, wanted: str) -> float:
    """Of the units both have."""
    ours, theirs = Counter(units(said)), Counter(units(wanted))
    both = sum((ours & theirs).values())
    total = sum(ours.values()) + sum(theirs.values())
    return round(2 * both / total, 4) if total else 1.0


def bleu(said: str, wanted: str) -> float:
    """Up to four units, smoothed by one, with the penalty for brevity."""
    ours, theirs = units(said), units(wanted)
    if not ours or not theirs:
        return float(ours == theirs)
    logs = 0.0
    for size in range(1, 5):
        mine, other = _grams(ours, size), _grams(theirs, size)
        both, most = sum((mine & other).values()), max(0, len(ours) - size + 1)
        logs += math.log((both + (size > 1)) / (most + (size > 1))) if both + (size > 1) else -9.0
    short = 1.0 if len(ours) >= len(theirs) else math.exp(1 - len(theirs) / len(ours))
    return round(short * math.exp(logs / 4), 4)


def rouge_l(said: str, wanted: str) -> float:
    """F1 of the longest common sequence."""
    ours, theirs = units(said), units(wanted)
    if not ours or not theirs:
        return float(ours == theirs)
    row = [0] * (len(theirs) + 1)
    for one in ours:
        before = 0
        for place, other in enumerate(theirs, 1):
            kept = row[place]
            row[place] = before + 1 if one == other else max(row[place], row[place - 1])
            before = kept
    return round(2 * row[-1] / (len(ours) + len(theirs)), 4)


def is_right(said: str, wanted: str) -> bool:
    """Whether it says what is wanted: nearly the same words, and the same numbers."""
    return f1(said, wanted) >= RIGHT and _numbers(said) == _numbers(wanted)


def _numbers(text: str) -> list[str]:
    return sorted(unit for unit in units(text) if any(char.isdigit() for char in unit))


def _grams(found: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(found[at : at + size]) for at in range(len(found) - size + 1))
