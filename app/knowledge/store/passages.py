"""SQL that puts single chunks into the index and takes them out, their rows staying where they are."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUuid

from app.kernel.database import Session
from app.knowledge.domain import PreparedChunk, PreparedChunks
from app.knowledge.errors import IndexMoved
from app.knowledge.store.chunks import IndexEntry, add_entries, count_base, forget_terms, lock_base, take_time
from app.knowledge.store.embedders import lock_embedders
from app.knowledge.tables import EmbedderRow
from app.knowledge.words.store import worded

_IDS = bindparam("ids", type_=ARRAY(PgUuid))
_INDEXED = text(
    """SELECT count(*), coalesce(sum(c.token_count), 0) FROM chunk c JOIN chunk_terms t ON t.chunk_id = c.id
    WHERE c.id = ANY(:ids)"""
).bindparams(_IDS)
_OUT = [
    text(f"DELETE FROM {table} WHERE chunk_id = ANY(:ids)").bindparams(_IDS)  # noqa: S608  # our own two tables
    for table in ("chunk_terms", "chunk_vector")
]
_NO_VECTORS = _OUT[1]
_MEASURE = text(
    """UPDATE chunk c SET sha256 = m.sha256, token_count = m.tokens
    FROM unnest(:ids, CAST(:hashes AS text[]), CAST(:tokens AS int[])) AS m(id, sha256, tokens) WHERE c.id = m.id"""
).bindparams(_IDS)


async def hold_index(session: Session, base_id: UUID) -> None:
    """From here to the end of the transaction nobody else changes this base's index or switches the embedder."""
    await take_time(session)
    await lock_embedders(session, shared=True)
    await lock_base(session, base_id)


async def take_out(session: Session, base_id: UUID, ids: Sequence[UUID]) -> None:
    """Some chunks are found no more; call before their rows change. The index must be held."""
    if not ids:
        return
    _, chunk_count, token_count = await lock_base(session, base_id)
    removed, tokens = (await session.execute(_INDEXED, {"ids": list(ids)})).one()
    await forget_terms(session, base_id, ids)
    for statement in _OUT:
        await session.execute(statement, {"ids": list(ids)})
    await count_base(session, base_id, chunk_count - removed, token_count - tokens)


async def put_in(
    session: Session, base_id: UUID, prepared: PreparedChunks, placed: Sequence[tuple[UUID, PreparedChunk]]
) -> None:
    """Chunks of documents that have rows but are not in the index are found from now on. The index must be held.

    Raises IndexMoved when an embedder became current after they were prepared.
    """
    if not placed:
        return
    current = set(await session.scalars(select(EmbedderRow.id).where(EmbedderRow.state.in_(("present", "future")))))
    if not current <= prepared.embedder_ids:
        raise IndexMoved
    entries = []
    for chunk_id, chunk in placed:
        if chunk.terms is None or chunk.vectors is None:
            raise IndexMoved
        [terms] = await worded(session, base_id, [(prepared.title, chunk.chunk, chunk.terms)])
        entries.append(IndexEntry(chunk_id, chunk_id, terms, chunk.vectors))
    # A re-embedding may have given a disabled chunk its vector.
    await session.execute(_NO_VECTORS, {"ids": [entry.chunk_id for entry in entries]})
    number, chunk_count, token_count = await lock_base(session, base_id)
    count, tokens = chunk_count + len(entries), token_count + sum(entry.terms.length for entry in entries)
    await session.execute(
        _MEASURE,
        {
            "ids": [entry.chunk_id for entry in entries],
            "hashes": [chunk.sha256 for _, chunk in placed],
            "tokens": [entry.terms.length for entry in entries],
        },
    )
    await add_entries(session, base_id, number, entries, tokens / count if count else 1.0)
    await count_base(session, base_id, count, tokens)
