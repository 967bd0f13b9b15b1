"""What a search looked for and where each passage stood at every stage, for those who test it."""

from collections.abc import Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from app.knowledge.confidence import confidence_of
from app.knowledge.domain import Explained, Hit, Seen, Wording
from app.knowledge.lexical import written_terms
from app.knowledge.spelling import normalise
from app.knowledge.vocabulary import words_meant
from app.knowledge.words import NO_WORDS, Words

EXPLAINED = 200


def wording_of(text: str, *, clause: bool, synonyms: bool, words: Words = NO_WORDS) -> Wording:
    """One wording as search sees it; a protected term is one piece, and synonyms of ours come first."""
    folded = normalise(text)
    pieces = [[said] if whole else written_terms(said.strip()) for said, whole in words.segments(folded)]
    ours: dict[str, list[str]] = {}
    for one in words.expansions(folded):
        ours.setdefault(one.said, []).append(one.other)
    meant = [*((said, tuple(others)) for said, others in ours.items()), *words_meant(folded)] if synonyms else []
    return Wording(text, folded, tuple(dict.fromkeys(chain(*pieces))), tuple(meant), clause)


def explained(
    wordings: Sequence[Wording],
    rows: Sequence[Any],
    hits: Sequence[Hit],
    final: Sequence[Hit],
    *,
    neural: bool,
    weights: tuple[float, float],
    reranker: str | None,
) -> Explained:
    """rows, hits: everything found, in fused order; final: the same or fewer as answers get them."""
    queries = [wording.text for wording in wordings if not wording.clause]
    points = {row["id"]: float(row["points"]) for row in rows}
    return Explained(
        wordings=tuple(wordings),
        passages={hit.chunk_id: hit for hit in (*hits, *final)},
        confidence={row["id"]: confidence_of([row], queries, neural=neural) for row in rows},
        lexical=_listed(hits, "lexical", points),
        vector=_listed(hits, "vector"),
        fused=_listed(hits, "fused"),
        reranked=tuple(Seen(hit.chunk_id, rank, hit.score) for rank, hit in enumerate(final, 1)),
        weights=weights,
        reranker=reranker,
    )


def _listed(hits: Sequence[Hit], stage: str, points: dict[UUID, float] | None = None) -> tuple[Seen, ...]:
    """The passages a stage proposed, in its order."""
    proposed = sorted((hit for hit in hits if stage in hit.stages), key=lambda hit: hit.stages[stage].rank)
    return tuple(
        Seen(hit.chunk_id, rank, points[hit.chunk_id] if points else hit.stages[stage].score)
        for rank, hit in enumerate(proposed, 1)
    )
