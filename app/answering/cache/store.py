"""SQL of the answer cache: one statement finds an answer and makes sure that everything it rests on still stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUuid

from app.answering.cache.domain import Cached, Scope
from app.answering.domain import Citation
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.kernel.single import Line
from app.knowledge import BASE_READABLE, CHUNK_SHUT, Audience

CANDIDATES = 5
# Words reach a process within this time of their change; an answer made meanwhile may know the old ones.
WORDS_SETTLE_S = 10

# What the knowledge of a reader is like: the embedder with its threshold, the words in force, and every base that
# may be read with its version, which any change to one of its passages raises.
_KNOWLEDGE = """readable AS MATERIALIZED (
    SELECT id, version FROM base WHERE {base_readable} {base_filter}),
knowledge AS MATERIALIZED (
    SELECT md5(concat_ws('|',
        (SELECT concat(id, threshold, calibration) FROM embedder WHERE state = 'present'),
        (SELECT count(*) FROM words_version),
        (SELECT string_agg(concat(id, ':', version), ',' ORDER BY id) FROM readable))) AS state)"""
_STANDS = """EXISTS (SELECT 1 FROM chunk c JOIN chunk_terms t ON t.chunk_id = c.id JOIN readable r ON r.id = c.base_id
        WHERE {which} AND ({chunk_shut}) IS NOT TRUE)"""
_FIND = """WITH {knowledge},
same AS MATERIALIZED (
    SELECT a.question, a.answer, a.created_at FROM cached_answer a, knowledge k
    WHERE a.scope = :scope AND a.canonical = :canonical AND {kept_stands}),
alike AS (
    SELECT a.question, a.answer, a.created_at FROM cached_answer a, knowledge k
    WHERE CAST(:near AS boolean) AND NOT EXISTS (SELECT 1 FROM same)
        AND a.scope = :scope AND a.terms && CAST(:terms AS text[]) AND {kept_stands}
    ORDER BY cardinality(ARRAY(SELECT unnest(a.terms) INTERSECT SELECT unnest(CAST(:terms AS text[])))) DESC, a.id
    LIMIT {candidates})
SELECT k.state, f.exact, f.question, f.answer, f.created_at FROM knowledge k LEFT JOIN (
    SELECT true AS exact, * FROM same UNION ALL SELECT false, * FROM alike) f ON true"""
_KEPT_STANDS = """a.state = k.state AND a.expires_at > now()
        AND NOT EXISTS (SELECT 1 FROM unnest(a.chunk_ids, a.marks) AS cited(id, mark) WHERE NOT {chunk_stands})
        AND NOT EXISTS (SELECT 1 FROM unnest(a.faq_ids) AS cited(id) WHERE NOT {faq_stands})"""
# Kept under the state it was made in: what changed since the search makes it an answer nobody will find.
_KEEP = text(
    """INSERT INTO cached_answer (id, scope, canonical, question, terms, state, chunk_ids, marks, faq_ids, answer,
        created_at, expires_at)
    SELECT :id, :scope, :canonical, :question, CAST(:terms AS text[]), :state, :chunk_ids,
        coalesce((SELECT array_agg(coalesce(c.sha256, '') ORDER BY cited.nth)
            FROM unnest(:chunk_ids) WITH ORDINALITY AS cited(id, nth) LEFT JOIN chunk c ON c.id = cited.id), '{}'),
        :faq_ids, :answer, now(),
        least(now() + make_interval(hours => :hours), (SELECT min(valid_from) FROM chunk WHERE valid_from > now()))
    WHERE NOT EXISTS (SELECT 1 FROM words_version WHERE created_at > now() - make_interval(secs => :settle))
    ON CONFLICT (scope, canonical) DO UPDATE SET question = excluded.question, terms = excluded.terms,
        state = excluded.state, chunk_ids = excluded.chunk_ids, marks = excluded.marks, faq_ids = excluded.faq_ids,
        answer = excluded.answer, created_at = excluded.created_at, expires_at = excluded.expires_at"""
).bindparams(
    bindparam("chunk_ids", type_=ARRAY(PgUuid)),
    bindparam("faq_ids", type_=ARRAY(PgUuid)),
    bindparam("answer", type_=JSONB),
)
_COUNT = text(
    """INSERT INTO answer_cache_use (day, how, count) VALUES (:day, :how, :count)
    ON CONFLICT (day, how) DO UPDATE SET count = answer_cache_use.count + excluded.count"""
)
_USES = text("SELECT how, sum(count)::bigint AS count FROM answer_cache_use WHERE day >= :since GROUP BY how")
_ENTRIES = text("SELECT count(*) FROM cached_answer WHERE expires_at > now()")
_EXPIRED = text("DELETE FROM cached_answer WHERE expires_at <= now()")
_PURGE = text("DELETE FROM cached_answer")


@dataclass(frozen=True)
class Found:
    """A kept answer whose sources stand. exact: to the same canonical question."""

    exact: bool
    cached: Cached


@cache
def _find(some_bases: bool) -> TextClause:
    knowledge = _KNOWLEDGE.format(
        base_readable=BASE_READABLE.replace("{{}}", "{}"),
        base_filter="AND id = ANY(CAST(:bases AS uuid[]))" if some_bases else "",
    )
    chunk = _STANDS.format(which="c.id = cited.id AND c.sha256 = cited.mark", chunk_shut=CHUNK_SHUT)
    faq = _STANDS.format(which="c.faq_id = cited.id", chunk_shut=CHUNK_SHUT)
    stands = _KEPT_STANDS.format(chunk_stands=chunk, faq_stands=faq)
    return text(_FIND.format(knowledge=knowledge, kept_stands=stands, candidates=CANDIDATES))


async def find(
    line: Line, scope: Scope, canonical: str, terms: Sequence[str], *, near: bool
) -> tuple[str, list[Found]]:
    """The state of this reader's knowledge, and the kept answer to this question, else if wanted those to questions
    like it."""
    audience = Audience(scope.audience)
    tiered = scope.tier is not None and audience in (Audience.SIGNED_IN, Audience.TIERS)
    values: dict[str, Any] = {
        "scope": scope.key,
        "canonical": canonical,
        "terms": list(terms),
        "near": near,
        "audiences": list(audience.readable()),
        "tiers": [scope.tier] if tiered else [],
        "channel": scope.channel,
    }
    if scope.base_ids is not None:
        values["bases"] = list(scope.base_ids)
    rows = await line.rows(_find(scope.base_ids is not None), values)
    found = [Found(exact, _cached(question, kept, at)) for _, exact, question, kept, at in rows if kept]
    return rows[0][0], found


async def keep(
    session: Session, scope: Scope, canonical: str, terms: Sequence[str], state: str, cached: Cached, hours: int
) -> None:
    """Keeps an answer for questions of its scope, instead of an older one to the same question."""
    cited = cached.citations
    await session.execute(
        _KEEP,
        {
            "id": new_id(),
            "scope": scope.key,
            "canonical": canonical,
            "question": cached.question,
            "terms": list(terms),
            "state": state,
            "chunk_ids": [one.chunk_id for one in cited if one.chunk_id is not None],
            "faq_ids": [one.faq_id for one in cited if one.chunk_id is None and one.faq_id is not None],
            "answer": _plain(cached),
            "hours": hours,
            "settle": WORDS_SETTLE_S,
        },
    )


async def add_uses(session: Session, day: date, uses: Mapping[str, int]) -> None:
    """Adds to how often each kind of look happened."""
    for how, number in sorted(uses.items()):
        await session.execute(_COUNT, {"day": day, "how": how, "count": number})


async def uses_since(session: Session, since: date) -> dict[str, int]:
    """How often each kind of look happened since a day."""
    return {how: int(number) for how, number in await session.execute(_USES, {"since": since})}


async def count_entries(session: Session) -> int:
    """How many answers are kept that have not expired."""
    return int(await session.scalar(_ENTRIES) or 0)


async def drop_expired(session: Session) -> None:
    """Forgets what has expired."""
    await session.execute(_EXPIRED)


async def drop_all(session: Session) -> int:
    """Forgets everything; how many answers that were."""
    return int((await session.execute(_PURGE)).rowcount)  # type: ignore[attr-defined]  # a DELETE has one


def _plain(cached: Cached) -> dict[str, Any]:
    return {
        "text": cached.text,
        "outcome": cached.outcome,
        "composer": cached.composer,
        "suggestions": list(cached.suggestions),
        "details": dict(cached.details),
        "citations": [
            {**vars(one), "heading_path": list(one.heading_path)}
            | {name: str(value) if (value := getattr(one, name)) else None for name in _IDS}
            for one in cached.citations
        ],
    }


_IDS = ("document_id", "faq_id", "chunk_id")


def _cached(question: str, kept: Mapping[str, Any], at: datetime) -> Cached:
    return Cached(
        question,
        kept["text"],
        kept["outcome"],
        kept["composer"],
        tuple(_citation(one) for one in kept["citations"]),
        tuple(kept["suggestions"]),
        at,
        kept["details"],
    )


def _citation(kept: Mapping[str, Any]) -> Citation:
    ids = {name: UUID(kept[name]) if kept[name] else None for name in _IDS}
    return Citation(**{**kept, **ids, "heading_path": tuple(kept["heading_path"])})
