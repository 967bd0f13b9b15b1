"""The one statement of search: both channels, exact FAQ matches and the fused order in a single round trip."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from app.kernel.database import Session
from app.kernel.single import Line, fetch_dicts
from app.knowledge.everyday import commonness
from app.knowledge.lexical import TERM_SPACE, Terms
from app.knowledge.ports import Vectors
from app.knowledge.store.chunks import K1, KEY_SPACE, KEY_STEP, B, vector_literal
from app.knowledge.store.eligibility import BASE_READABLE, CHUNK_SHUT, Reader
from app.knowledge.store.embedders import HNSW_DIMENSIONS, partition_name

RRF_K = 60
# A base of ten passages cannot tell which words are rare: this many imagined ones of everyday language help it.
PRIOR = 100
# What a term of each kind (character, pair, word, piece of a word, thing, subject, protected) weighs in a question,
# and what it weighs when the base has never seen it: long stories are full of words that are nowhere, but a foreign
# subject tells.
KNOWN, UNKNOWN = (1.0, 1.0, 1.0, 0.25, 2.0, 4.0, 2.0), (0.6, 0.6, 0.6, 0.15, 1.2, 4.0, 1.2)
# A clause may carry the confidence of a long question, hardly ever the order. So many of each channel's best are tried.
CLAUSE_SURE, CLAUSE_FUSED, CLAUSE_TRIES = 0.95, 0.5, 20


@dataclass(frozen=True)
class Ranking:
    """How the two channels become one order. neural: reciprocal ranks; else the weighted sum of the scores.

    vectors False: words alone, for when the embedding server is away. ranks: what each channel's rank weighs.
    """

    embedder_id: UUID
    dimensions: int
    neural: bool
    lexical_weight: float
    vector_weight: float
    vectors: bool = True
    ranks: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True)
class Effort:
    """How hard to look.

    candidates: passages each channel proposes. postings: the rarest terms are looked up, as many as together occur
    this often, which bounds the work whatever the size of the base. rescored: how many passages that share most of
    them are scored by all terms. exact_scan: up to this many passages all vectors are compared, which is as cheap
    as the index there and misses nothing.
    """

    candidates: int = 100
    rescored: int = 400
    postings: int = 3_000
    exact_scan: int = 5_000


NORMAL = Effort()
_NO_VECTOR = "[1]"


@dataclass(frozen=True)
class Asked:
    """One wording of the question. vector: None when the ranking goes without; canonical: key of exact matches;
    clause: only a part of the question."""

    terms: Terms
    vector: Vectors | None
    canonical: str
    clause: bool = False


@dataclass(frozen=True)
class Found:
    """What the statement returned. rows: hits, best first, as plain mappings; faq: the exact match or None."""

    embedder_id: UUID | None
    rows: list[Any]
    faq: Any


async def find_passages(
    where: Line | Session,
    ranking: Ranking,
    asked: Sequence[Asked],
    *,
    base_ids: Sequence[UUID] | None,
    reader: Reader,
    limit: int,
    effort: Effort = NORMAL,
) -> Found:
    """Runs the statement. `Found.embedder_id` differs from the ranking's when the embedder was switched meanwhile."""
    statement = _statement(ranking, effort, base_ids is not None)
    values: dict[str, Any] = {
        "queries": [number for number, one in enumerate(asked) for _ in one.terms.ids],
        "terms": [term for one in asked for term in one.terms.ids.tolist()],
        "counts": [count for one in asked for count in one.terms.counts.tolist()],
        "commons": [common for one in asked for common in commonness(one.terms.ids)],
        "weights": [KNOWN[kind] for one in asked for kind in one.terms.kinds.tolist()],
        "unknowns": [UNKNOWN[kind] for one in asked for kind in one.terms.kinds.tolist()],
        "extras": [extra for one in asked for extra in _extras(one.terms)],
        "lengths": [one.terms.length for one in asked],
        "vectors": [_NO_VECTOR if one.vector is None else vector_literal(one.vector) for one in asked],
        "canonicals": [one.canonical for one in asked if not one.clause],
        "clauses": [one.clause for one in asked],
        "limit": limit,
        **reader.values(),
    }
    if base_ids is not None:
        values["bases"] = list(base_ids)
    rows = await fetch_dicts(where, statement, values)
    head = rows[0]
    faq = head if head["exact_faq_id"] is not None else None
    return Found(head["present_id"], [row for row in rows if row["id"] is not None], faq)


def _extras(terms: Terms) -> list[bool]:
    found: list[bool] = [False] * len(terms.ids) if terms.extra is None else terms.extra.tolist()
    return found


_QUESTION = """
scope AS MATERIALIZED (
    SELECT id, number, chunk_count, token_count, priority FROM base
    WHERE {base_readable} {base_filter}),
size AS MATERIALIZED (
    SELECT coalesce(sum(chunk_count), 0)::float8 AS n,
        coalesce(sum(token_count)::float8 / nullif(sum(chunk_count), 0), 1) AS mean_length,
        array_agg(id) AS bases, array_agg(number) AS numbers
    FROM scope),
word AS MATERIALIZED (
    SELECT u.q, u.term, u.tf, u.extra, coalesce(s.df, 0) AS df,
        CASE WHEN s.df > 0 THEN u.known ELSE u.unknown END
            * ln((size.n + {prior} + 1) / (coalesce(s.df, 0) + {prior} * u.common + 0.5)) AS idf
    FROM size, unnest(CAST(:queries AS int[]), CAST(:terms AS int[]), CAST(:counts AS real[]), CAST(:commons AS real[]),
        CAST(:weights AS real[]), CAST(:unknowns AS real[]), CAST(:extras AS bool[]))
        AS u(q, term, tf, common, known, unknown, extra)
    LEFT JOIN LATERAL (
        SELECT sum(df)::int AS df FROM term_stat
        WHERE term_stat.term = u.term AND base_id = ANY((SELECT bases FROM size)::uuid[])) s ON true),
rarest AS (
    SELECT q, term, idf, sum(df) OVER w AS together, row_number() OVER w AS nth
    FROM word WHERE df > 0 AND NOT (CAST(:clauses AS bool[]))[q + 1] WINDOW w AS (PARTITION BY q ORDER BY df, term)),
looked_up AS MATERIALIZED (
    SELECT q, idf, ARRAY[((term + number::bigint * {key_step}) % {key_space})::int] AS key
    FROM rarest, scope WHERE together <= {postings} OR nth <= 2),
asked AS MATERIALIZED (
    SELECT word.q, (CAST(:clauses AS bool[]))[word.q + 1] AS clause, v.vector::halfvec AS vector,
        ('{{' || string_agg((term + 1) || ':' || (tf * idf)::real, ',' ORDER BY term) || '}}/{term_space}')
            ::sparsevec({term_space}) AS weights,
        sum(tf * idf * tf * {k1_plus} / (tf + {k1} * ({one_minus_b} + {b} * l.length / mean_length)))
            FILTER (WHERE NOT extra) AS self
    FROM size, word
    JOIN unnest(CAST(:vectors AS text[])) WITH ORDINALITY AS v(vector, nth) ON v.nth = word.q + 1
    JOIN unnest(CAST(:lengths AS int[])) WITH ORDINALITY AS l(length, nth) ON l.nth = word.q + 1
    GROUP BY word.q, v.vector, l.length)"""

_CHANNELS = """
sharing AS MATERIALIZED (
    SELECT q, chunk_id FROM (
        SELECT k.q, t.chunk_id, row_number() OVER (PARTITION BY k.q ORDER BY sum(k.idf) DESC) AS nth
        FROM looked_up k JOIN chunk_terms t ON t.keys @> k.key
        WHERE t.base_id = ANY((SELECT bases FROM size)::uuid[])
            AND NOT EXISTS (SELECT 1 FROM chunk c WHERE c.id = t.chunk_id AND {chunk_shut})
        GROUP BY k.q, t.chunk_id) counted
    WHERE nth <= {rescored}),
lexical AS MATERIALIZED (
    SELECT * FROM (
        SELECT s.q, s.chunk_id, s.answer_id, s.score,
            row_number() OVER (PARTITION BY s.q ORDER BY s.score DESC, s.chunk_id) AS nth
        FROM (SELECT c.q, c.chunk_id, l.answer_id, -(l.lexical <#> a.weights) AS score
              FROM sharing c JOIN chunk_terms l USING (chunk_id) JOIN asked a USING (q) OFFSET 0) s) every
    WHERE nth <= {candidates}),
{nearest}"""

_NEAREST = """nearest AS MATERIALIZED (
    SELECT a.q, c.chunk_id, c.distance, row_number() OVER (PARTITION BY a.q ORDER BY c.distance, c.chunk_id) AS nth
    FROM asked a, LATERAL (
        (SELECT chunk_id, distance FROM (
            SELECT v.chunk_id, v.vector::halfvec({dimensions}) <=> a.vector AS distance FROM {partition} v
            WHERE (SELECT n FROM size) <= {exact_scan} AND v.base_id = ANY((SELECT bases FROM size)::uuid[])
                AND NOT EXISTS (SELECT 1 FROM chunk c WHERE c.id = v.chunk_id AND {chunk_shut})
            OFFSET 0) every ORDER BY distance LIMIT {candidates})
        UNION ALL
        {beyond}) c
    WHERE NOT a.clause)"""

# Beyond an exact scan a trained model's vectors have an index. Weight-free ones are made of the same characters and
# words as the terms, so they are compared only with what the words have found: on the public question sets that
# changes no figure, though places far behind the right passage come out otherwise.
_BY_INDEX = """(SELECT v.chunk_id, v.vector::halfvec({dimensions}) <=> a.vector AS distance FROM {partition} v
            WHERE (SELECT n FROM size) > {exact_scan} AND v.base_id = ANY((SELECT bases FROM size)::uuid[])
                AND (SELECT true FROM chunk c WHERE c.id = v.chunk_id AND {chunk_shut}) IS NULL
            ORDER BY v.vector::halfvec({dimensions}) <=> a.vector LIMIT {candidates})"""
_OF_WORDS = """(SELECT v.chunk_id, v.vector::halfvec({dimensions}) <=> a.vector AS distance
            FROM lexical l JOIN {partition} v ON v.chunk_id = l.chunk_id
            WHERE (SELECT n FROM size) > {exact_scan} AND l.q = a.q)"""

_NOTHING_NEAR = """nearest AS (
    SELECT 0 AS q, NULL::uuid AS chunk_id, NULL::float8 AS distance, NULL::bigint AS nth WHERE false)"""

_FUSION = """
proposed AS MATERIALIZED (
    SELECT q, chunk_id, max(score) AS score, max(distance) AS distance,
        max(lexical_nth) AS lexical_nth, max(vector_nth) AS vector_nth
    FROM (SELECT q, chunk_id, score, NULL::float8 AS distance, nth AS lexical_nth, NULL::bigint AS vector_nth
          FROM lexical UNION ALL SELECT q, chunk_id, NULL, distance, NULL, nth FROM nearest
          UNION ALL SELECT a.q, best.chunk_id, NULL, NULL, NULL, NULL FROM asked a,
              (SELECT chunk_id FROM lexical WHERE nth <= {clause_tries}
               UNION SELECT chunk_id FROM nearest WHERE nth <= {clause_tries}) best WHERE a.clause) c
    GROUP BY q, chunk_id),
scored AS (
    SELECT p.q, a.clause, p.chunk_id, p.lexical_nth, p.vector_nth, t.answer_id, a.self,
        coalesce(p.score, -(t.lexical <#> a.weights)) AS points, {similarity} AS vector_score
    FROM proposed p JOIN asked a USING (q) JOIN chunk_terms t ON t.chunk_id = p.chunk_id OFFSET 0),
measured AS (SELECT *, least(1, greatest(0, points / self)) AS lexical_score FROM scored),
weighed AS (
    SELECT *, CASE WHEN clause THEN {clause_sure} ELSE 1 END
            * ({lexical_weight} * lexical_score + {vector_weight} * vector_score) AS sure,
        CASE WHEN clause THEN {clause_fused} ELSE 1 END * ({fused}) AS fused
    FROM measured),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY chunk_id ORDER BY fused DESC, q) AS wording,
        max(sure) OVER (PARTITION BY chunk_id) AS surest
    FROM weighed),
owned AS (
    SELECT *, row_number() OVER (PARTITION BY answer_id ORDER BY fused DESC, chunk_id) AS nth_of_answer
    FROM placed WHERE wording = 1),
ordered AS (
    SELECT * FROM (
        SELECT *, max(surest) OVER answer AS answer_sure,
            fused + {others} * coalesce(sum(fused) FILTER (WHERE nth_of_answer BETWEEN 2 AND 6) OVER answer, 0) AS score
        FROM owned WINDOW answer AS (PARTITION BY answer_id)) answers
    WHERE nth_of_answer = 1 ORDER BY score DESC, chunk_id LIMIT :limit),
exact AS (
    SELECT p.faq_id, p.base_id, p.text AS question, f.answer
    FROM unnest(CAST(:canonicals AS text[])) WITH ORDINALITY AS k(canonical, nth)
    JOIN faq_phrasing p ON p.canonical = k.canonical JOIN scope ON scope.id = p.base_id
    JOIN faq f ON f.id = p.faq_id
    WHERE EXISTS (SELECT 1 FROM chunk c JOIN chunk_terms t ON t.chunk_id = c.id
        WHERE c.faq_id = p.faq_id AND ({chunk_shut}) IS NOT TRUE)
    ORDER BY k.nth, scope.priority DESC, p.position, p.faq_id LIMIT 1)
SELECT (SELECT id FROM embedder WHERE state = 'present') AS present_id,
    x.faq_id AS exact_faq_id, x.base_id AS exact_base_id, x.question AS exact_question, x.answer AS exact_answer,
    c.id, c.document_id, c.faq_id, c.base_id, coalesce(d.title, c.title) AS title, c.heading_path, c.page, c.text,
    c.question, c.parent, b.priority, h.score, h.answer_sure AS sure, h.fused, h.lexical_nth, h.lexical_score,
    h.vector_nth, h.vector_score, h.points
FROM (SELECT 1) one LEFT JOIN exact x ON true LEFT JOIN ordered h ON true
LEFT JOIN chunk c ON c.id = h.chunk_id LEFT JOIN scope b ON b.id = c.base_id
LEFT JOIN document d ON d.id = c.document_id
ORDER BY h.score DESC NULLS LAST, c.id"""

_SIMILARITY = """1 - coalesce(p.distance, (SELECT v.vector::halfvec({dimensions}) <=> a.vector FROM {partition} v
                                  WHERE v.chunk_id = p.chunk_id), 1)"""
_BY_SCORE = "{lexical_weight} * lexical_score + {vector_weight} * vector_score"
_BY_RANK = "coalesce({by_words} / ({rrf} + lexical_nth), 0) + coalesce({by_vectors} / ({rrf} + vector_nth), 0)"


def _scanned(ranking: Ranking, effort: Effort) -> int:
    """Up to how many passages all vectors are compared; those without an index to fall back on are for longer."""
    if ranking.dimensions > HNSW_DIMENSIONS:
        return 2**31
    return effort.exact_scan if ranking.neural else 2 * effort.exact_scan


@lru_cache(maxsize=32)
def _statement(ranking: Ranking, effort: Effort, some_bases: bool) -> TextClause:
    """The text differs only by embedder, so every connection prepares it once."""
    weights = {"lexical_weight": ranking.lexical_weight, "vector_weight": ranking.vector_weight}
    by_rank = ranking.neural and ranking.vectors
    by_words, by_vectors = ranking.ranks
    ranked = _BY_RANK.format(rrf=RRF_K, by_words=by_words, by_vectors=by_vectors)
    fused = ranked if by_rank else _BY_SCORE.format(**weights)
    template = "WITH" + ",".join((_QUESTION, _CHANNELS, _FUSION))
    template = template.replace("{base_readable}", BASE_READABLE)
    for part, with_vectors, without in (("nearest", _NEAREST, _NOTHING_NEAR), ("similarity", _SIMILARITY, "0.0")):
        template = template.replace("{" + part + "}", with_vectors if ranking.vectors else without)
    by_words_alone = not ranking.neural and ranking.lexical_weight > 0
    template = template.replace("{beyond}", _OF_WORDS if by_words_alone else _BY_INDEX)
    sql = template.format(
        chunk_shut=CHUNK_SHUT,
        base_filter="AND id = ANY(CAST(:bases AS uuid[]))" if some_bases else "",
        partition=partition_name(ranking.embedder_id),
        dimensions=ranking.dimensions,
        exact_scan=_scanned(ranking, effort),
        key_step=KEY_STEP,
        key_space=KEY_SPACE,
        term_space=TERM_SPACE,
        postings=effort.postings,
        candidates=effort.candidates,
        prior=PRIOR,
        k1=K1,
        k1_plus=K1 + 1,
        b=B,
        one_minus_b=1 - B,
        rescored=effort.rescored,
        clause_sure=CLAUSE_SURE,
        clause_fused=CLAUSE_FUSED,
        clause_tries=CLAUSE_TRIES,
        others=0 if by_rank else 0.2,
        fused=fused,
        **weights,
    )
    # SQLAlchemy takes ":name" for a parameter; PostgreSQL's own "::" casts are told apart by it already.
    return text(sql)
