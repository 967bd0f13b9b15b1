"""Search over documents and FAQs: words and vectors together in one round trip, and how sure it is."""

from time import perf_counter
from typing import Any

from app.knowledge.canonical import canonical_text, same_numbers_and_negations
from app.knowledge.clauses import clauses
from app.knowledge.domain import FaqHit, Hit, SearchRequest, SearchResult, Stage
from app.knowledge.embedders import HAN, LATIN, Loaded
from app.knowledge.lexical import terms_of
from app.knowledge.spelling import is_han, normalise
from app.knowledge.store.search import Asked, Found, Ranking, find_passages
from app.knowledge.tools import SearchTools
from app.knowledge.vocabulary import same_things

# Measured: weight-free vectors only support the words; a trained model's lead.
WEIGHT_FREE, NEURAL = (0.7, 0.3), (0.3, 0.7)
RERANK_POOL = 50
LONGEST_QUERY = 500
# Logistic fit on the demo company's seen questions against those of tests/evaluation/outside_questions.jsonl: a thing
# that question and best passage both speak of is worth 0.104 (Chinese) and 0.121 (English) of confidence.
AGREES, MOST_AGREED = 0.11, 2


async def search_passages(tools: SearchTools, request: SearchRequest) -> SearchResult:
    """Finds what answers a question, best first. Raises EmbedderUnavailable."""
    started = perf_counter()
    queries = [query[:LONGEST_QUERY] for query in dict.fromkeys(request.queries) if query.strip()]
    if not queries:
        present = await tools.embedders.present()
        return SearchResult([], False, 0.0, present.card.threshold, embedder=present.card.model)
    loaded, found, timings = await _look(tools, request, queries)
    hits = [_hit(row, rank) for rank, row in enumerate(found.rows, 1)]
    confidence = max((float(row["sure"]) for row in found.rows), default=0.0)
    if hits and not loaded.neural:
        confidence = min(1.0, confidence + AGREES * min(MOST_AGREED, _agreed(queries, hits[0])))
    threshold = _threshold(loaded, queries[-1])
    near = _near(found, queries, float(loaded.card.calibration.get("near", 2.0)))
    exact = _exact(found.faq)
    hits = hits[: request.limit]
    timings["total"] = (perf_counter() - started) * 1000
    return SearchResult(
        hits=hits,
        answerable=exact is not None or confidence >= threshold,
        confidence=1.0 if exact else confidence,
        threshold=threshold,
        faq_exact=exact,
        faq_near=near,
        embedder=loaded.card.model,
        timings_ms=timings,
    )


async def _look(
    tools: SearchTools, request: SearchRequest, queries: list[str]
) -> tuple[Loaded, Found, dict[str, float]]:
    """Embeds and asks the database; once more when the embedder was switched between the two."""
    fresh = False
    while True:
        started = perf_counter()
        loaded = await tools.embedders.present(fresh=fresh)
        parts = [] if loaded.neural else clauses(queries[-1])
        vectors = await loaded.embedder.embed([*queries, *parts], "query")
        asked = [
            Asked(terms_of(said), vector, canonical_text(said), clause=number >= len(queries))
            for number, (said, vector) in enumerate(zip([*queries, *parts], vectors, strict=True))
        ]
        embedded = perf_counter()
        async with tools.database.reading() as session:
            found = await find_passages(
                session,
                ranking_of(loaded),
                asked,
                base_ids=request.base_ids,
                audiences=request.audience.readable(),
                limit=max(request.limit, RERANK_POOL if tools.reranker else 0),
            )
        if found.embedder_id == loaded.id or fresh:
            done = perf_counter()
            return loaded, found, {"embed": (embedded - started) * 1000, "database": (done - embedded) * 1000}
        fresh = True


def _agreed(queries: list[str], hit: Hit) -> int:
    """How many things question and passage both speak of, in whatever everyday words."""
    asked = {name for query in queries for name in same_things(normalise(query))}
    passage = "\n".join((*hit.heading_path, hit.question or "", hit.text))
    return len(asked.intersection(same_things(normalise(passage)))) if asked else 0


def _threshold(loaded: Loaded, question: str) -> float:
    """The least confidence to answer from, by script where it was fitted so: Chinese and English score differently."""
    by_script = loaded.card.calibration.get(HAN if is_han(question) else LATIN)
    return loaded.card.threshold if by_script is None else float(by_script)


def ranking_of(loaded: Loaded) -> Ranking:
    """How the channels are weighed under an embedder."""
    lexical, vector = NEURAL if loaded.neural else WEIGHT_FREE
    return Ranking(loaded.id, loaded.card.dimensions, loaded.neural, lexical, vector)


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
