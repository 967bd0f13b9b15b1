"""Whether two texts say the same, for rooms that judge answers and group questions."""

import re

from app.answering.language import plain, terms
from app.answering.near_match import difference, kind_asked

_TELLING = frozenset({"duration", "price", "when", "where", "why", "who"})


def says_the_same(said: str, right: str, share: float) -> bool:
    """Whether a text has at least this share of what the right one is about. share: in (0, 1]."""
    wanted = terms(right)
    return bool(wanted) and len(wanted & terms(said)) >= share * len(wanted)


def what_differs(asked: str, known: str) -> str | None:
    """What must not differ between two questions about one thing, and does: a number, a negation, a name; else None."""
    found = difference(asked, known)
    if found is None and _amounts(asked) != _amounts(known):
        return "amount"
    if found != "kind":
        return found
    # How to do a thing, whether one may and which way are often one question; how long and how much never are.
    return "kind" if _TELLING & {kind_asked(asked), kind_asked(known)} else None


def _amounts(text: str) -> bool:
    return bool(re.search("多少|how (?:much|many)", plain(text)))


_NAMES = re.compile(r"[a-z]+[a-z0-9]*(?:[- ]?[a-z]*\d+[a-z]*)*")


def shared_words(one: str, other: str) -> float:
    """How much of what two questions say both say, in [0, 1]; what both are about by name does not count."""
    ours, theirs = terms(_without_names(one)), terms(_without_names(other))
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0


def _without_names(text: str) -> str:
    """A Chinese question without the Latin names in it; in English, names cannot be told from words."""
    folded = plain(text)
    return (_NAMES.sub(" ", folded).strip() or text) if re.search(r"[\u4e00-\u9fff]", folded) else text
