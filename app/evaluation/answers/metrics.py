"""How like a text is to a reference: exact, F1, ROUGE-L and BLEU, Chinese by character and other words whole."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_MARKUP = re.compile(r"[*_`#>|]+")
_MARK = re.compile(r"\s?\[\d{1,3}\]")
LONGEST_GRAM = 4


@dataclass(frozen=True)
class Likeness:
    """Each in [0, 1]. contains: the reference stands in the text, as a whole."""

    exact: float
    contains: float
    f1: float
    rouge_l: float
    bleu: float


def tokens(text: str) -> list[str]:
    """Han characters one by one, other words whole and in lower case; marks and punctuation count for nothing."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", _MARKUP.sub("", without_marks(text))).casefold())


def without_marks(text: str) -> str:
    """The text without the numbers of its sources."""
    return _MARK.sub("", text)


def likeness(said: str, references: Sequence[str]) -> Likeness | None:
    """The best of each measure over all references; None without any."""
    ours = tokens(said)
    measured = [_measure(ours, tokens(reference)) for reference in references if tokens(reference)]
    if not measured:
        return None
    return Likeness(*(max(getattr(one, name) for one in measured) for name in Likeness.__dataclass_fields__))


def _measure(ours: list[str], theirs: list[str]) -> Likeness:
    return Likeness(
        exact=float(ours == theirs),
        contains=float(_contains(ours, theirs)),
        f1=f1(ours, theirs),
        rouge_l=rouge_l(ours, theirs),
        bleu=bleu(ours, theirs),
    )


def _contains(ours: list[str], theirs: list[str]) -> bool:
    return any(ours[start : start + len(theirs)] == theirs for start in range(len(ours) - len(theirs) + 1))


def f1(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """The harmonic mean of precision and recall of tokens, whatever their order."""
    return _harmonic(sum((Counter(ours) & Counter(theirs)).values()), len(ours), len(theirs))


def rouge_l(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """The same over the longest common subsequence (ROUGE-L, Lin 2004, with beta 1)."""
    row = [0] * (len(theirs) + 1)
    for one in ours:
        before = 0
        for place, other in enumerate(theirs, 1):
            here = row[place]
            row[place] = before + 1 if one == other else max(here, row[place - 1])
            before = here
    return _harmonic(row[-1], len(ours), len(theirs))


def bleu(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """BLEU of one text up to four tokens (Papineni et al. 2002); from two tokens on a count is smoothed by one.

    Source of the smoothing: Lin and Och 2004. A text shorter than the reference pays the brevity penalty.
    """
    if not ours or not theirs:
        return 0.0
    whole = 0.0
    longest = min(LONGEST_GRAM, len(ours), len(theirs))
    for size in range(1, longest + 1):
        said, wanted = _grams(ours, size), _grams(theirs, size)
        more = 1 if size > 1 else 0
        share = (sum((said & wanted).values()) + more) / (sum(said.values()) + more)
        if share == 0:
            return 0.0
        whole += log(share) / longest
    return round(exp(whole) * min(1.0, exp(1 - len(theirs) / len(ours))), 4)


def _grams(pieces: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(pieces[start : start + size]) for start in range(len(pieces) - size + 1))


def _harmonic(shared: int, ours: int, theirs: int) -> float:
    return round(2 * shared / (ours + theirs), 4) if shared else 0.0
