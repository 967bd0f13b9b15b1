"""How sure a search is: how much of the question its best passage covers, and whether both speak of the same things."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log1p
from typing import Any

import numpy as np
import numpy.typing as npt

from app.knowledge.everyday import commonness
from app.knowledge.lexical import BIGRAM, WORD, terms_of
from app.knowledge.spelling import is_han
from app.knowledge.vocabulary import things_meant

# Logistic fit on one half (by hash) of the demo company's seen questions and of three public sets, in units of the
# share covered. A long story never covers much of itself, so what counts beside the share is how many telling words
# match. English words meet by chance more often than pairs of characters: HAN parts the two.
WORDS, THINGS, HAN, MOST_THINGS = 0.12, 0.08, 0.08, 2
# Keeps the sum below 1 on everything measured.
SCALE = 0.6


def confidence_of(rows: Sequence[Mapping[str, Any]], queries: Sequence[str], *, neural: bool) -> float:
    """In [0, 1], from the rows of one search, best first. neural: the vectors' own similarity says enough."""
    if not rows:
        return 0.0
    covered = max(float(row["sure"]) for row in rows)
    if neural:
        return covered
    passage = "\n".join((rows[0]["title"] or "", *rows[0]["heading_path"], rows[0]["question"] or "", rows[0]["text"]))
    sure = covered + WORDS * log1p(_telling(queries, passage)) + THINGS * min(MOST_THINGS, _agreed(queries, passage))
    return min(1.0, SCALE * (sure + HAN * is_han(queries[-1])))


def _telling(queries: Sequence[str], passage: str) -> int:
    """How many words, or pairs of characters, the passage shares with its nearest wording, everyday ones apart."""
    said = _said(passage)
    most = 0
    for terms in map(terms_of, queries):
        telling = np.isin(terms.kinds, (BIGRAM, WORD)) & (np.array(commonness(terms.ids)) == 0)
        most = max(most, int(np.count_nonzero(np.isin(terms.ids[telling], said))))
    return most


@lru_cache(maxsize=512)
def _said(passage: str) -> npt.NDArray[np.int32]:
    """The terms of a passage; the same few are found for most questions."""
    return terms_of(passage).ids


def _agreed(queries: Sequence[str], passage: str) -> int:
    """How many things question and passage both speak of, in whatever everyday words."""
    asked = {thing for query in queries for thing in things_meant(query)}
    return len(asked.intersection(things_meant(passage))) if asked else 0
