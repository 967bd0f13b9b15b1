"""Which questions mean the same: only those that share rare terms are compared, by vectors and by terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.knowledge.canonical import canonical_text, same_numbers_and_negations
from app.knowledge.lexical import PIECE, UNIGRAM, Terms, terms_of
from app.knowledge.ports import Vectors
from app.knowledge.spelling import is_han

# So many of a question's rarest terms are looked up, and only such as at most so many questions have.
RAREST, COMMONEST = 8, 150
COSINE, TERMS = 0.5, 0.5
LEAST = 0.62
AT_ONCE = 50_000
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """One phrasing of an FAQ, with its vector's row in the matrix of all."""

    faq_id: UUID
    base_id: UUID
    text: str


@dataclass(frozen=True)
class Pair:
    """Two FAQs by their most alike questions; one_id < other_id. score in [0, 1]."""

    one_id: UUID
    other_id: UUID
    base_id: UUID
    one_question: str
    other_question: str
    score: float


def alike(asked: Sequence[Asked], vectors: Vectors, least: float = LEAST) -> list[Pair]:
    """Pairs of different FAQs of one base that seem to mean the same, most alike first."""
    terms = [terms_of(canonical_text(one.text)) for one in asked]
    first, second = _candidates(asked, terms)
    idf = _idf(terms)
    best: dict[tuple[UUID, UUID], Pair] = {}
    for start in range(0, len(first), AT_ONCE):
        one, other = first[start : start + AT_ONCE], second[start : start + AT_ONCE]
        cosine = np.einsum("ij,ij->i", vectors[one], vectors[other])
        # A pair whose vectors are so far apart cannot reach the least even with equal terms.
        near = np.flatnonzero(COSINE * cosine + TERMS >= least)
        for place in near.tolist():
            left, right = int(one[place]), int(other[place])
            score = COSINE * float(cosine[place]) + TERMS * _shared(terms[left], terms[right], idf)
            if score >= least and _comparable(asked[left].text, asked[right].text):
                pair = _pair(asked[left], asked[right], score)
                key = (pair.one_id, pair.other_id)
                if key not in best or best[key].score < score:
                    best[key] = pair
    return sorted(best.values(), key=lambda pair: -pair.score)


def _comparable(one: str, other: str) -> bool:
    """Answers in two languages stay two, and so do questions that differ in a number or a negation."""
    return is_han(one) == is_han(other) and same_numbers_and_negations(one, other)


def _pair(left: Asked, right: Asked, score: float) -> Pair:
    one, other = (left, right) if left.faq_id < right.faq_id else (right, left)
    return Pair(one.faq_id, other.faq_id, one.base_id, one.text, other.text, round(min(score, 1.0), 4))


def _candidates(asked: Sequence[Asked], terms: Sequence[Terms]) -> tuple[Ints, Ints]:
    """Pairs of questions of different FAQs in one base that share at least two of their rare terms (one, if short)."""
    owners = np.unique([one.faq_id.int >> 64 ^ one.faq_id.int & (2**64 - 1) for one in asked], return_inverse=True)[1]
    bases = np.unique([str(one.base_id) for one in asked], return_inverse=True)[1]
    telling = [one.ids[(one.kinds != UNIGRAM) & (one.kinds != PIECE)] for one in terms]
    telling = [ids if len(ids) else one.ids for ids, one in zip(telling, terms, strict=True)]
    known, counts = np.unique(np.concatenate([*telling, np.empty(0, dtype=np.int32)]), return_counts=True)
    rows: list[npt.NDArray[np.int32]] = []
    for ids in telling:
        df = counts[np.searchsorted(known, ids)]
        usable = ids[(df > 1) & (df <= COMMONEST)]
        order = np.argsort(counts[np.searchsorted(known, usable)], kind="stable")[:RAREST]
        rows.append(usable[order])
    flat = np.concatenate([*rows, np.empty(0, dtype=np.int32)])
    holder = np.repeat(np.arange(len(rows), dtype=np.int64), [len(row) for row in rows])
    order = np.argsort(flat, kind="stable")
    flat, holder = flat[order], holder[order]
    borders = np.flatnonzero(np.diff(flat)) + 1
    found: list[Ints] = []
    for group in np.split(holder, borders):
        if len(group) > 1:
            left, right = np.triu_indices(len(group), 1)
            one, other = group[left], group[right]
            apart = (owners[one] != owners[other]) & (bases[one] == bases[other])
            found.append(one[apart] * len(rows) + other[apart])
    pairs, shared = np.unique(np.concatenate([*found, np.empty(0, dtype=np.int64)]), return_counts=True)
    first, second = pairs // max(1, len(rows)), pairs % max(1, len(rows))
    sizes = np.array([len(row) for row in rows] or [0])
    enough = shared >= np.minimum(2, np.minimum(sizes[first], sizes[second]))
    return first[enough], second[enough]


def _idf(terms: Sequence[Terms]) -> dict[int, float]:
    known, counts = np.unique(np.concatenate([*(one.ids for one in terms), np.empty(0, np.int32)]), return_counts=True)
    weights = np.log1p(len(terms) / counts)
    return dict(zip(known.tolist(), weights.tolist(), strict=True))


def _shared(one: Terms, other: Terms, idf: dict[int, float]) -> float:
    """The weight of the terms both have over that of the terms either has."""
    mine, theirs = set(one.ids.tolist()), set(other.ids.tolist())
    either = sum(idf[term] for term in mine | theirs)
    return sum(idf[term] for term in mine & theirs) / either if either else 0.0
