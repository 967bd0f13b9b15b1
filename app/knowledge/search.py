"""Search over documents and FAQs: words and vectors together in one round trip, and how sure it is."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from app.kernel.database import Session
from app.kernel.logging import get_logger
from app.kernel.single import Line
from app.knowledge.bases.precedence import ALIKE_NEURAL, ALIKE_RERANKED, ALIKE_WORDS, in_precedence
from app.knowledge.canonical import canonical_text, same_numbers_and_negations
from app.knowledge.clauses import clauses
from app.knowledge.confidence import confidence_of
from app.knowledge.domain import Explained, FaqHit, Hit, SearchRequest, SearchResult, Stage
from app.knowledge.embedders import Loaded
from app.knowledge.errors import EmbedderUnavailable
from app.knowledge.explain import EXPLAINED, explained, wording_of
from app.knowledge.lexical import SAME, Terms, question_terms, terms_of, without_kind
from app.knowledge.options import SearchOptions
from app.knowledge.parsing.parents import whole_passages
from app.knowledge.ports import Reranker, Vectors
from app.knowledge.rerank import reranked
from app.knowledge.store.eligibility import Reader
from app.knowledge.store.search import NORMAL, Asked, Found, Ranking, find_passages
from app.knowledge.tools import SearchTools
from app.knowledge.trial import beside_live, without_replaced
from app.knowledge.words import Words
from app.knowledge.words.rehearsal import as_if_in_force

log = get_logger(__name__)
# Measured: weight-free vectors only support the words; a trained model's lead.
WEIGHT_FREE, NEURAL = (0.7, 0.3), (0.3, 0.7)
RERANK_POOL = 50
LONGEST_QUERY = 500
LIVE = SearchOptions()
# Where no calibration has said otherwise: from this share of the threshold on, the customer is asked back.
ASK_SHARE = 0.8


@dataclass(frozen=True)
class _Looked:
    """What one round of search used, found and took."""

    loaded: Loaded
    ranking: Ranking
    said: list[str]
    words: Words
    found: Found
    timings: dict[str, float]


async def search_passages(tools: SearchTools, request: SearchRequest) -> SearchResult:
    """Finds what answers a question, best first; by words alone while the embedding server is away."""
    started = perf_counter()
    queries = [query[:LONGEST_QUERY] for query in dict.fromkeys(request.queries) if query.strip()]
    if not queries:
        present = await tools.embedders.present()
        return SearchResult([], False, 0.0, present.card.threshold, embedder=present.card.model)
    looked = await _look(tools, request, queries)
    loaded, found, timings = looked.loaded, looked.found, looked.timings
    options, reranker = request.options or LIVE, _reranker(tools, request)
    pool = max(request.limit, RERANK_POOL if reranker else 0)
    threshold = loaded.card.threshold if options.threshold is None else options.threshold
    pooled = len(found.rows) if request.explain else pool
    ordered = _by_precedence(found.rows[:pooled], queries, loaded, threshold)
    found = replace(found, rows=[*ordered, *found.rows[pooled:]])
    seen = [_hit(row, rank) for rank, row in enumerate(found.rows, 1)]
    rows, hits = found.rows[:pool], seen[:pool]
    confidence = confidence_of(rows, queries, neural=loaded.neural)
    near = _near(found, queries, float(loaded.card.calibration.get("near", 2.0)))
    exact = _exact(found.faq)
    if reranker is not None:
        reranking = perf_counter()
        hits = _reranked_by_precedence(await reranked(reranker, queries[-1], hits), rows)
        timings["rerank"] = (perf_counter() - reranking) * 1000
    parents = {row["id"]: row["parent"] for row in rows if row["parent"] is not None}
    whole = await whole_passages(tools.database, hits[: request.limit], parents)
    behind = (hits if reranker else seen)[request.limit : request.limit + request.noted]
    timings["total"] = (perf_counter() - started) * 1000
    return SearchResult(
        hits=whole,
        answerable=exact is not None or confidence >= threshold,
        confidence=1.0 if exact else confidence,
        threshold=threshold,
        faq_exact=exact,
        faq_near=near,
        embedder=loaded.card.model,
        timings_ms=timings,
        explained=_explained(request, looked, seen, hits, reranker) if request.explain else None,
        noted=tuple(behind),
        ask_from=_ask_from(loaded, threshold),
    )


def _ask_from(loaded: Loaded, threshold: float) -> float:
    """The calibration keeps it as a share, so that it follows a threshold that somebody sets."""
    return threshold * float(loaded.card.calibration.get("ask_share", ASK_SHARE))


async def _look(tools: SearchTools, request: SearchRequest, queries: list[str]) -> _Looked:
    """Embeds and asks the database; once more when the embedder was switched between the two."""
    options = request.options or LIVE
    fresh = False
    while True:
        started = perf_counter()
        loaded = await _loaded(tools, options, fresh=fresh)
        parts = [] if loaded.neural else clauses(queries[-1])
        said = [*queries, *parts]
        vectors = await _vectors(loaded, said)
        ranking = _weighed(ranking_of(loaded, vectors is not None), options)
        book = options.words.book if options.words else tools.embedders.words
        words = book.of_question(request.base_ids, request.audience.readable(), request.readable_tiers)
        asked = [
            Asked(
                _terms(wording, options, words),
                None if vectors is None else vectors[place],
                canonical_text(wording),
                clause=place >= len(queries),
            )
            for place, wording in enumerate(said)
        ]
        embedded = perf_counter()
        least = RERANK_POOL if _reranker(tools, request) else 0
        reader = Reader(request.audience.readable(), request.readable_tiers, request.channel)
        base_ids, reader = await beside_live(tools.database, options.trial, request.base_ids, reader)
        async with _index(tools, options) as index:
            found = await find_passages(
                index,
                ranking,
                asked,
                base_ids=base_ids,
                reader=reader,
                limit=max(request.limit + request.noted, least, EXPLAINED if request.explain else 0),
                effort=NORMAL if options.candidates is None else replace(NORMAL, candidates=options.candidates),
            )
        if found.embedder_id == loaded.id or fresh or options.embedder_id is not None:
            found = without_replaced(found, options.trial, [one.canonical for one in asked if not one.clause])
            done = perf_counter()
            timings = {"embed": (embedded - started) * 1000, "database": (done - embedded) * 1000}
            return _Looked(loaded, ranking, said, words, found, timings)
        fresh = True


def _index(tools: SearchTools, options: SearchOptions) -> AbstractAsyncContextManager[Line | Session]:
    return tools.database.line() if options.words is None else as_if_in_force(tools.database, options.words)


async def _loaded(tools: SearchTools, options: SearchOptions, *, fresh: bool) -> Loaded:
    if options.embedder_id is not None:
        return await tools.embedders.chosen(options.embedder_id)
    return await tools.embedders.present(fresh=fresh)


def _by_precedence(rows: list[Any], queries: list[str], loaded: Loaded, threshold: float) -> list[Any]:
    if len({row["priority"] for row in rows}) < 2:
        return rows
    sure = {row["id"]: confidence_of([row], queries, neural=loaded.neural) for row in rows}
    return in_precedence(
        rows,
        worth=lambda row: sure[row["id"]],
        priority=lambda row: int(row["priority"]),
        answers=lambda row: sure[row["id"]] >= threshold,
        apart=ALIKE_NEURAL if loaded.neural else ALIKE_WORDS,
    )


def _reranked_by_precedence(hits: list[Hit], rows: list[Any]) -> list[Hit]:
    """A reranker judges the words alone; what it finds equally good stands by priority."""
    priorities = {row["id"]: int(row["priority"]) for row in rows}
    return in_precedence(
        hits,
        worth=lambda hit: hit.score,
        priority=lambda hit: priorities[hit.chunk_id],
        answers=lambda hit: "rerank" in hit.stages,
        apart=ALIKE_RERANKED,
    )


def _reranker(tools: SearchTools, request: SearchRequest) -> Reranker | None:
    return None if request.options is not None and not request.options.rerank else tools.reranker


def _terms(wording: str, options: SearchOptions, words: Words) -> Terms:
    if options.synonyms:
        return question_terms(wording, words)
    return without_kind(terms_of(wording, words=words), SAME)


def _weighed(ranking: Ranking, options: SearchOptions) -> Ranking:
    if options.weights is None or not ranking.vectors:
        return ranking
    words, vectors = options.weights
    return replace(ranking, lexical_weight=words, vector_weight=vectors, ranks=(2 * words, 2 * vectors))


def _explained(
    request: SearchRequest, looked: _Looked, seen: list[Hit], final: list[Hit], reranker: Reranker | None
) -> Explained:
    synonyms = request.options is None or request.options.synonyms
    whole = {query[:LONGEST_QUERY] for query in request.queries}
    wordings = [
        wording_of(said, clause=said not in whole, synonyms=synonyms, words=looked.words) for said in looked.said
    ]
    return explained(
        wordings,
        looked.found.rows,
        seen,
        final if reranker else seen,
        neural=looked.loaded.neural,
        weights=(looked.ranking.lexical_weight, looked.ranking.vector_weight),
        reranker=None if reranker is None else reranker.name,
    )


async def _vectors(loaded: Loaded, queries: list[str]) -> Vectors | None:
    """None when the embedding server is away: search then goes by words alone."""
    try:
        return await loaded.embedder.embed(queries, "query")
    except EmbedderUnavailable:
        log.warning("search_by_words_alone", model=loaded.card.model)
        return None


def ranking_of(loaded: Loaded, vectors: bool = True) -> Ranking:
    """How the channels are weighed under an embedder; a tuned one brings its own weight of words."""
    lexical, vector = (1.0, 0.0) if not vectors else NEURAL if loaded.neural else WEIGHT_FREE
    learnt = loaded.card.settings.get("lexical_weight")
    if vectors and learnt is not None:
        lexical, vector = float(learnt), 1 - float(learnt)
    return Ranking(loaded.id, loaded.card.dimensions, loaded.neural, lexical, vector, vectors)


def _hit(row: Any, rank: int) -> Hit:
    stages = {"fused": Stage(rank, float(row["score"]))}
    if row["lexical_nth"] is not None:
        stages["lexical"] = Stage(row["lexical_nth"], float(row["lexical_score"]))
    if row["vector_nth"] is not None:
        stages["vector"] = Stage(row["vector_nth"], float(row["vector_score"]))
    return Hit(
        chunk_id=row["id"],
        document_id=row["document_id"],
        faq_id=row["faq_id"],
        base_id=row["base_id"],
        title=row["title"],
        heading_path=tuple(row["heading_path"]),
        page=row["page"],
        text=row["text"],
        question=row["question"],
        score=float(row["score"]),
        stages=stages,
    )


def _exact(row: Any) -> FaqHit | None:
    if row is None:
        return None
    return FaqHit(row["exact_faq_id"], row["exact_base_id"], row["exact_question"], row["exact_answer"], 1.0)


def _near(found: Found, queries: list[str], least: float) -> FaqHit | None:
    """The best hit, when it is an FAQ whose question says the same and agrees in numbers and negations."""
    if not found.rows or found.rows[0]["faq_id"] is None:
        return None
    row = found.rows[0]
    similarity = float(row["vector_score"])
    if similarity < least or not any(same_numbers_and_negations(query, row["question"]) for query in queries):
        return None
    return FaqHit(row["faq_id"], row["base_id"], row["question"], row["text"], similarity)
