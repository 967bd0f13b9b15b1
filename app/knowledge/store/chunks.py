"""SQL that puts passages into the index and takes them out: rows, terms, vectors and term counts in one go."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
import numpy.typing as npt
import orjson
from psycopg import AsyncConnection
from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUuid

from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.domain import NewChunk, PreparedChunk, PreparedChunks
from app.knowledge.errors import IndexMoved
from app.knowledge.lexical import TERM_SPACE, Terms
from app.knowledge.ports import Vectors
from app.knowledge.store.eligibility import keep_limits, limits_of
from app.knowledge.store.eligibility import set_channels as set_channels
from app.knowledge.store.eligibility import set_validity as set_validity
from app.knowledge.store.embedders import lock_embedders, partition_name
from app.knowledge.tables import BaseRow, ChunkRow, EmbedderRow
from app.knowledge.words.store import worded

K1, B = 1.2, 0.75
KEY_STEP, KEY_SPACE = 1_000_003, 2_147_483_647


@dataclass(frozen=True)
class Owner:
    """The document or FAQ some chunks belong to."""

    base_id: UUID
    document_id: UUID | None = None
    faq_id: UUID | None = None

    @property
    def id(self) -> UUID:
        """The document's or the FAQ's id."""
        found = self.document_id or self.faq_id
        assert found is not None
        return found


async def known_hashes(session: Session, owner_ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """The owner and SHA-256 of every chunk some documents or FAQs have now."""
    rows = await session.execute(select(ChunkRow.owner_id, ChunkRow.sha256).where(ChunkRow.owner_id.in_(owner_ids)))
    return [(owner_id, sha256) for owner_id, sha256 in rows]


@dataclass(frozen=True)
class Replacement:
    """What an owner's chunks shall be from now on."""

    owner: Owner
    prepared: PreparedChunks
    version_number: int = 0


async def replace_chunks(session: Session, base_id: UUID, replacements: Sequence[Replacement]) -> None:
    """Swaps the chunks of some documents or FAQs of one base for the prepared ones; equal ones keep their row.

    Holds the base's row, so that writers of one base wait for each other. Raises IndexMoved when an embedder
    became current, or a chunk that was to be kept went away, after the chunks were prepared.
    """
    await take_time(session)
    await lock_embedders(session, shared=True)
    number, chunk_count, token_count = await lock_base(session, base_id)
    current = set(await session.scalars(select(EmbedderRow.id).where(EmbedderRow.state.in_(("present", "future")))))
    if any(not current <= one.prepared.embedder_ids for one in replacements):
        raise IndexMoved
    existing = await _existing(session, [one.owner.id for one in replacements])
    limits = await limits_of(session, list(existing))
    kept: list[tuple[UUID, PreparedChunk, int]] = []
    fresh: list[_Fresh] = []
    for one in replacements:
        mine = existing.get(one.owner.id, {})
        wanted = {chunk.chunk.chunk_id for chunk in one.prepared.chunks} - {None}
        for chunk in one.prepared.chunks:
            if found := _own_row(mine.get(chunk.sha256, []), chunk.chunk.chunk_id, wanted):
                kept.append((found, chunk, one.version_number))
            elif chunk.terms is None or chunk.vectors is None:
                raise IndexMoved
            else:
                fresh.append(_Fresh(chunk.chunk.chunk_id or new_id(), one, chunk, chunk.terms, chunk.vectors))
    said = [(one.of.prepared.title, one.prepared.chunk, one.terms) for one in fresh]
    fresh = [replace(one, terms=of) for one, of in zip(fresh, await worded(session, base_id, said), strict=True)]
    gone = [chunk_id for mine in existing.values() for ids in mine.values() for chunk_id in ids]
    removed, removed_tokens = await _remove(session, base_id, gone)
    tokens = token_count - removed_tokens + sum(one.terms.length for one in fresh)
    count = chunk_count - removed + len(fresh)
    await _move(session, kept)
    await _insert(session, number, fresh, tokens / count if count else 1.0)
    await keep_limits(session, limits)
    await count_base(session, base_id, count, tokens)


async def replace_document_chunks(
    session: Session, *, base_id: UUID, document_id: UUID, version_number: int, prepared: PreparedChunks
) -> None:
    """Swaps one document's chunks; see `replace_chunks`."""
    owner = Owner(base_id, document_id=document_id)
    await replace_chunks(session, base_id, [Replacement(owner, prepared, version_number)])


async def remove_chunks(session: Session, base_id: UUID, owner_id: UUID) -> None:
    """Takes all chunks of a document or FAQ out of the index."""
    await take_time(session)
    await lock_embedders(session, shared=True)
    _, chunk_count, token_count = await lock_base(session, base_id)
    gone = list(await session.scalars(select(ChunkRow.id).where(ChunkRow.owner_id == owner_id)))
    removed, removed_tokens = await _remove(session, base_id, gone)
    await count_base(session, base_id, chunk_count - removed, token_count - removed_tokens)


@dataclass(frozen=True)
class _Fresh:
    id: UUID
    of: Replacement
    prepared: PreparedChunk
    terms: Terms
    vectors: dict[UUID, Vectors]


def _own_row(candidates: list[UUID], own: UUID | None, wanted: Collection[UUID | None]) -> UUID | None:
    """Takes out of `candidates` the row a passage goes on to be: its own, else one nobody else has a claim to."""
    found = own if own in candidates else None
    if own is None:
        found = next((chunk_id for chunk_id in candidates if chunk_id not in wanted), None)
    if found is not None:
        candidates.remove(found)
    return found


async def _existing(session: Session, owner_ids: Sequence[UUID]) -> dict[UUID, dict[str, list[UUID]]]:
    """Per owner and SHA-256 the chunks there are."""
    found: dict[UUID, dict[str, list[UUID]]] = {}
    rows = await session.execute(
        select(ChunkRow.owner_id, ChunkRow.sha256, ChunkRow.id).where(ChunkRow.owner_id.in_(owner_ids))
    )
    for owner_id, sha256, chunk_id in rows:
        found.setdefault(owner_id, {}).setdefault(sha256, []).append(chunk_id)
    return found


async def take_time(session: Session) -> None:
    """A book of thousands of passages takes a while, and whoever writes to the same base after it may wait."""
    await session.execute(
        text("SELECT set_config('statement_timeout', '15min', true), set_config('lock_timeout', '5min', true)")
    )


async def lock_base(session: Session, base_id: UUID) -> tuple[int, int, int]:
    """The base's number, chunk count and token count; whoever else writes to its index waits.

    New documents and FAQs of the base do not: their rows only need the base to stay there.
    """
    row = await session.execute(
        select(BaseRow.number, BaseRow.chunk_count, BaseRow.token_count)
        .where(BaseRow.id == base_id)
        .with_for_update(key_share=True)
    )
    number, chunk_count, token_count = row.one()
    return number, chunk_count, token_count


async def count_base(session: Session, base_id: UUID, chunk_count: int, token_count: int) -> None:
    """What is in the base's index now; its version rises."""
    await session.execute(
        update(BaseRow)
        .where(BaseRow.id == base_id)
        .values(chunk_count=chunk_count, token_count=token_count, version=BaseRow.version + 1)
    )


_FORGET_TERMS = text(
    """
    WITH gone AS (
        SELECT split_part(pair, ':', 1)::int - 1 AS term, count(*)::int AS df
        FROM chunk_terms t, string_to_table(btrim(split_part(t.lexical::text, '/', 1), '{}'), ',') AS pair
        WHERE t.chunk_id = ANY(:ids) AND pair <> '' GROUP BY 1 ORDER BY 1)
    UPDATE term_stat s SET df = greatest(0, s.df - gone.df) FROM gone WHERE s.base_id = :base AND s.term = gone.term
    """
).bindparams(bindparam("ids", type_=ARRAY(PgUuid)), bindparam("base", type_=PgUuid))


async def _remove(session: Session, base_id: UUID, ids: Sequence[UUID]) -> tuple[int, int]:
    """Returns how many of them were in the index, and how many tokens those had."""
    if not ids:
        return 0, 0
    await forget_terms(session, base_id, ids)
    gone = delete(ChunkRow).where(ChunkRow.id.in_(ids)).returning(ChunkRow.token_count, ChunkRow.disabled_at)
    tokens = [token_count for token_count, disabled_at in await session.execute(gone) if disabled_at is None]
    return len(tokens), sum(tokens)


async def forget_terms(session: Session, base_id: UUID, ids: Sequence[UUID]) -> None:
    """Takes the words of some chunks out of the base's counts; their rows are still there."""
    await session.execute(_FORGET_TERMS, {"ids": list(ids), "base": base_id})


_MOVE = text(
    """
    UPDATE chunk c SET position = m.position, page = m.page, char_start = m.first, char_end = m.last,
        version_number = m.version, boxes = CAST(m.boxes AS jsonb), parent = m.parent
    FROM unnest(CAST(:ids AS uuid[]), CAST(:positions AS int[]), CAST(:pages AS int[]), CAST(:firsts AS int[]),
        CAST(:lasts AS int[]), CAST(:versions AS int[]), CAST(:boxes AS text[]), CAST(:parents AS int[]))
        AS m(id, position, page, first, last, version, boxes, parent)
    WHERE c.id = m.id
    """
)


async def _move(session: Session, kept: Sequence[tuple[UUID, PreparedChunk, int]]) -> None:
    if not kept:
        return
    chunks = [prepared.chunk for _, prepared, _ in kept]
    await session.execute(
        _MOVE,
        {
            "ids": [chunk_id for chunk_id, _, _ in kept],
            "positions": [chunk.position for chunk in chunks],
            "pages": [chunk.page for chunk in chunks],
            "firsts": [chunk.char_start for chunk in chunks],
            "lasts": [chunk.char_end for chunk in chunks],
            "versions": [version for _, _, version in kept],
            "boxes": [_boxes(chunk) for chunk in chunks],
            "parents": [chunk.parent for chunk in chunks],
        },
    )


def _boxes(chunk: NewChunk) -> str:
    return orjson.dumps([box.as_json() for box in chunk.boxes]).decode()


_CHUNK_COLUMNS = (
    "id, base_id, document_id, faq_id, version_number, position, kind, title, heading_path, page, char_start,"
    " char_end, text, question, sha256, token_count, boxes, parent"
)


async def _insert(session: Session, base_number: int, fresh: Sequence[_Fresh], mean_length: float) -> None:
    if not fresh:
        return
    base_id = fresh[0].of.owner.base_id
    await copy_rows(session, f"chunk ({_CHUNK_COLUMNS})", [_chunk_row(one) for one in fresh])
    entries = [IndexEntry(one.id, one.of.owner.faq_id or one.id, one.terms, one.vectors) for one in fresh]
    await add_entries(session, base_id, base_number, entries, mean_length)


@dataclass(frozen=True)
class IndexEntry:
    """What the two indexes hold of one chunk."""

    chunk_id: UUID
    answer_id: UUID
    terms: Terms
    vectors: dict[UUID, Vectors]


async def add_entries(
    session: Session, base_id: UUID, base_number: int, entries: Sequence[IndexEntry], mean_length: float
) -> None:
    """Terms and vectors of chunks that have a row already; the base's own counts are the caller's."""
    await copy_rows(
        session,
        "chunk_terms (chunk_id, base_id, answer_id, keys, lexical)",
        [
            (e.chunk_id, base_id, e.answer_id, index_keys(e.terms, base_number), lexical_literal(e.terms, mean_length))
            for e in entries
        ],
    )
    by_embedder: dict[UUID, list[tuple[object, ...]]] = defaultdict(list)
    for entry in entries:
        for embedder_id, vector in entry.vectors.items():
            by_embedder[embedder_id].append((entry.chunk_id, embedder_id, base_id, vector_literal(vector)))
    for embedder_id, vectors in by_embedder.items():
        await copy_rows(session, f"{partition_name(embedder_id)} (chunk_id, embedder_id, base_id, vector)", vectors)
    await _count_terms(session, base_id, [entry.terms for entry in entries])


def _chunk_row(one: _Fresh) -> tuple[object, ...]:
    owner, chunk = one.of.owner, one.prepared.chunk
    return (
        one.id,
        owner.base_id,
        owner.document_id,
        owner.faq_id,
        one.of.version_number,
        chunk.position,
        chunk.kind,
        one.of.prepared.title,
        list(chunk.heading_path),
        chunk.page,
        chunk.char_start,
        chunk.char_end,
        chunk.text,
        chunk.question,
        one.prepared.sha256,
        one.terms.length,
        _boxes(chunk),
        chunk.parent,
    )


async def copy_rows(session: Session, target: str, rows: Iterable[Sequence[object]]) -> None:
    """COPY into `target`, a table with its columns."""
    raw = await (await session.connection()).get_raw_connection()
    connection = raw.driver_connection
    assert isinstance(connection, AsyncConnection)
    async with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN".encode()) as copy:
        for row in rows:
            await copy.write_row(row)


_COUNT_TERMS = text(
    """
    INSERT INTO term_stat (base_id, term, df)
    SELECT :base, term, df FROM unnest(CAST(:terms AS int[]), CAST(:dfs AS int[])) AS t(term, df)
    ON CONFLICT (base_id, term) DO UPDATE SET df = term_stat.df + excluded.df
    """
).bindparams(bindparam("base", type_=PgUuid))


async def _count_terms(session: Session, base_id: UUID, all_terms: Sequence[Terms]) -> None:
    if not all_terms:
        return
    terms, dfs = np.unique(np.concatenate([of.ids for of in all_terms]), return_counts=True)
    await session.execute(_COUNT_TERMS, {"base": base_id, "terms": _array(terms), "dfs": _array(dfs)})


def index_keys(terms: Terms, base_number: int) -> str:
    """What the candidate index is looked up by: the terms, shifted by their base so that bases do not meet."""
    return _array((terms.ids.astype(np.int64) + base_number * KEY_STEP) % KEY_SPACE)


def _array(numbers: npt.NDArray[np.signedinteger]) -> str:
    """Whole numbers as PostgreSQL reads an array; far cheaper than one parameter each."""
    said = orjson.dumps(np.ascontiguousarray(numbers), option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return "{" + said[1:-1] + "}"


def lexical_literal(terms: Terms, mean_length: float) -> str:
    """BM25's term part per term as a sparsevec; the question brings the idf, so it is always of today."""
    norm = K1 * (1 - B + B * terms.length / max(mean_length, 1.0))
    weights = terms.counts * np.float32(K1 + 1) / (terms.counts + np.float32(norm))
    # Few distinct counts in a passage: format each weight once.
    said = {weight: f":{weight:.4g}" for weight in set(weights.tolist())}
    pairs = ",".join(
        [f"{term + 1}{said[weight]}" for term, weight in zip(terms.ids.tolist(), weights.tolist(), strict=True)]
    )
    return f"{{{pairs}}}/{TERM_SPACE}"


def vector_literal(vector: Vectors) -> str:
    """A vector as PostgreSQL reads it."""
    return orjson.dumps(vector, option=orjson.OPT_SERIALIZE_NUMPY).decode()
