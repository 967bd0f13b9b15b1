"""Whether two texts say the same, for rooms that judge answers and group questions."""

from app.answering.language import terms
from app.answering.near_match import difference


def says_the_same(said: str, right: str, share: float) -> bool:
    """Whether a text has at least this share of what the right one is about. share: in (0, 1]."""
    wanted = terms(right)
    return bool(wanted) and len(wanted & terms(said)) >= share * len(wanted)


def what_differs(asked: str, known: str) -> str | None:
    """What must not differ between two questions about one thing, and does: a number, a negation, a name; else None."""
    found = difference(asked, known)
    return None if found == "kind" else found
