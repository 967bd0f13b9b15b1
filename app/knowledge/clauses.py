"""Cuts a long question where it pauses: in a story of three clauses often one alone is the question."""

import re

from app.knowledge.canonical import canonical_text
from app.knowledge.spelling import is_han

_PAUSE = re.compile(r"[，。？！；,?!;\n]+|\.\s|\s(?:and|but|or|so|because)\s", re.IGNORECASE)
MOST = 3
# A shorter clause fits anything.
SHORTEST_HAN, SHORTEST_WORDS = 4, 3


def clauses(question: str) -> list[str]:
    """The longest clauses of a question in their order, at most MOST; empty when there is but one."""
    parts = [part.strip() for part in _PAUSE.split(question) if part.strip()]
    telling = list(dict.fromkeys(part for part in parts if _tells(canonical_text(part))))
    if len(parts) < 2:
        return []
    kept = set(sorted(telling, key=len, reverse=True)[:MOST])
    return [part for part in telling if part in kept]


def _tells(said: str) -> bool:
    return len(said) >= SHORTEST_HAN if is_han(said) else len(said.split()) >= SHORTEST_WORDS
