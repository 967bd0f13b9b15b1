"""SQL of an embedder's vectors: what it still lacks, filling it, its index, and the switch."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from psycopg import AsyncConnection
from psycopg.errors import QueryCanceled
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.kernel.database import Session
from app.kernel.logging import get_logger
from app.knowledge.domain import NewChunk
from app.knowledge.ports import Vectors
from app.knowledge.store.embedders import HNSW_DIMENSIONS, partition_name
from app.knowledge.tables import ChunkRow, EmbedderRow

log = get_logger(__name__)
# Whoever builds an index holds this and the embedder's own number, so that a second worker waits instead of building.
_BUILDING = 0x6B65
_LOOK_EVERY_S = 1.0


@dataclass(frozen=True)
class Unembedded:
    """A chunk to be embedded; `sha256` tells whether it was edited while it was."""

    id: UUID
    base_id: UUID
    sha256: str
    title: str
    chunk: NewChunk


async def count_missing(session: Session, embedder_id: UUID) -> tuple[int, int]:
    """How many chunks have no vector by this embedder yet, and how many chunks there are."""
    row = await session.execute(
        text(
            f"SELECT count(*) FILTER (WHERE v.chunk_id IS NULL), count(*) FROM chunk c"  # noqa: S608  # the table is named after our own id
            f" LEFT JOIN {partition_name(embedder_id)} v ON v.chunk_id = c.id WHERE c.disabled_at IS NULL"
        )
    )
    missing, total = row.one()
    return int(missing), int(total)


async def count_chunks(session: Session) -> int:
    """How many chunks there are."""
    return int((await session.execute(text("SELECT count(*) FROM chunk WHERE disabled_at IS NULL"))).scalar_one())


async def missing_chunks(
    session: Session, embedder_id: UUID, limit: int, *, after: UUID | None, first: UUID | None, last: UUID | None
) -> list[Unembedded]:
    """Chunks without a vector by this embedder in order of their id, behind `after` and between first and last."""
    rows = await session.execute(
        text(
            f"SELECT c.id FROM chunk c WHERE c.disabled_at IS NULL AND NOT EXISTS"  # noqa: S608  # the table is named after our own id
            f" (SELECT 1 FROM {partition_name(embedder_id)} v WHERE v.chunk_id = c.id)"
            " AND (CAST(:after AS uuid) IS NULL OR c.id > :after) AND (CAST(:first AS uuid) IS NULL OR c.id >= :first)"
            " AND (CAST(:last AS uuid) IS NULL OR c.id <= :last) ORDER BY c.id LIMIT :limit"
        ),
        {"limit": limit, "after": after, "first": first, "last": last},
    )
    return await _passages(session, ChunkRow.id.in_([row.id for row in rows]), limit)


async def chunks_after(session: Session, after: UUID | None, limit: int) -> list[Unembedded]:
    """All chunks in order of their id, behind `after`."""
    return await _passages(session, ChunkRow.id > after if after else text("true"), limit)


async def _passages(session: Session, condition: Any, limit: int) -> list[Unembedded]:
    columns = (ChunkRow.base_id, ChunkRow.sha256, ChunkRow.title, ChunkRow.heading_path, ChunkRow.text)
    rows = await session.execute(
        select(ChunkRow.id, *columns, ChunkRow.question)
        .where(condition, ChunkRow.disabled_at.is_(None))
        .order_by(ChunkRow.id)
        .limit(limit)
    )
    return [
        Unembedded(
            row.id,
            row.base_id,
            row.sha256,
            row.title,
            NewChunk(0, tuple(row.heading_path), None, row.text, question=row.question),
        )
        for row in rows
    ]


async def add_vectors(session: Session, embedder_id: UUID, chunks: Sequence[Unembedded], vectors: Vectors) -> int:
    """Their vectors; skips chunks that were edited, disabled, deleted or filled by someone else meanwhile."""
    # Kept by the connection: a table made for every batch would fill the catalogue.
    columns = "chunk uuid, base uuid, sha text, vector halfvec"
    await session.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS filling ({columns}) ON COMMIT DELETE ROWS"))
    raw = await (await session.connection()).get_raw_connection()
    connection = raw.driver_connection
    assert isinstance(connection, AsyncConnection)
    async with (
        connection.cursor() as cursor,
        cursor.copy(b"COPY filling (chunk, base, sha, vector) FROM STDIN (FORMAT binary)") as copy,
    ):
        await copy.write(_binary_rows(chunks, vectors))
    done = await session.execute(
        text(
            f"INSERT INTO {partition_name(embedder_id)} (chunk_id, embedder_id, base_id, vector)"  # noqa: S608  # the table is named after our own id
            " SELECT f.chunk, :embedder, f.base, f.vector FROM filling f JOIN (SELECT id, sha256 FROM chunk"
            " WHERE id IN (SELECT chunk FROM filling) AND disabled_at IS NULL FOR SHARE) c"
            " ON c.id = f.chunk AND c.sha256 = f.sha ON CONFLICT DO NOTHING"
        ),
        {"embedder": embedder_id},
    )
    return int(getattr(done, "rowcount", 0))


def _binary_rows(chunks: Sequence[Unembedded], vectors: Vectors) -> bytes:
    """What COPY reads: PostgreSQL's binary rows of two uuids, a hash and a halfvec. Text costs ten times as much."""
    width = vectors.shape[1]
    rows = np.zeros(
        len(chunks),
        dtype=[
            ("fields", ">i2"),
            *(("chunk_size", ">i4"), ("chunk", "V16"), ("base_size", ">i4"), ("base", "V16")),
            *(("sha_size", ">i4"), ("sha", "S64")),
            *(("vector_size", ">i4"), ("dimensions", ">i2"), ("unused", ">i2"), ("numbers", ">f2", (width,))),
        ],
    )
    rows["fields"], rows["chunk_size"], rows["base_size"], rows["sha_size"] = 4, 16, 16, 64
    rows["chunk"] = np.frombuffer(b"".join(chunk.id.bytes for chunk in chunks), dtype="V16")
    rows["base"] = np.frombuffer(b"".join(chunk.base_id.bytes for chunk in chunks), dtype="V16")
    rows["sha"] = [chunk.sha256.encode() for chunk in chunks]
    rows["vector_size"], rows["dimensions"], rows["numbers"] = 4 + 2 * width, width, vectors
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"


async def build_index_beside_writers(session: Session, embedder_id: UUID, dimensions: int) -> None:
    """The HNSW index, built without holding up writers or searches; cannot be part of a transaction.

    A partition is a table of its own to CREATE INDEX CONCURRENTLY; only the parent is not allowed. What a killed
    build left is invalid and built anew. One worker builds; another that comes meanwhile waits and finds it done.
    """
    if dimensions > HNSW_DIMENSIONS:
        return
    connection = await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    index = f"hnsw_{embedder_id.hex}"
    lock = {"space": _BUILDING, "number": embedder_id.int % 2**31}
    # Asked again and again: a statement that waited for the lock would be what the build waits for in its turn.
    tried = text("SELECT pg_try_advisory_lock(:space, :number)")
    while not (await connection.execute(tried, lock)).scalar_one():  # noqa: ASYNC110  # it is the database that tells
        await asyncio.sleep(_LOOK_EVERY_S)
    settings = ("statement_timeout", "lock_timeout", "maintenance_work_mem", "max_parallel_maintenance_workers")
    try:
        valid = await connection.execute(
            text("SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass(:name)"), {"name": index}
        )
        if valid.scalar_one_or_none():
            return
        for setting, value in zip(settings[:3], ("0", "0", "1GB"), strict=True):
            await connection.execute(text(f"SET {setting} = '{value}'"))
        await _build(connection, index, partition_name(embedder_id), dimensions)
        await connection.execute(text(f"ANALYZE {partition_name(embedder_id)}"))
    finally:
        for setting in settings:
            await connection.execute(text(f"RESET {setting}"))
        await connection.execute(text("SELECT pg_advisory_unlock(:space, :number)"), lock)


async def stop_building(session: Session, embedder_id: UUID) -> None:
    """Ends the building of its index, which nobody else would wait for: its table cannot be dropped meanwhile."""
    await session.execute(
        text(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index"
            " WHERE relid = to_regclass(CAST(:table AS text))"
        ),
        {"table": partition_name(embedder_id)},
    )


async def _build(connection: Any, index: str, table: str, dimensions: int) -> None:
    create = text(
        f"CREATE INDEX CONCURRENTLY {index} ON {table}"
        f" USING hnsw ((vector::halfvec({dimensions})) halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)"
    )
    await connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {index}"))
    try:
        await connection.execute(create)
    except DBAPIError as error:
        if isinstance(error.orig, QueryCanceled):
            raise
        # In containers shared memory is small and several builders may not fit: alone it needs none.
        log.warning("index_built_by_one_process", error=type(error.orig).__name__)
        await connection.execute(text("SET max_parallel_maintenance_workers = 0"))
        await connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {index}"))
        await connection.execute(create)


async def switch_present(session: Session, embedder_id: UUID) -> UUID | None:
    """This embedder becomes the present one; returns the one that was, which is past now."""
    before = (await session.scalars(select(EmbedderRow.id).where(EmbedderRow.state == "present"))).one_or_none()
    await session.execute(update(EmbedderRow).where(EmbedderRow.state == "present").values(state="past"))
    await session.execute(update(EmbedderRow).where(EmbedderRow.id == embedder_id).values(state="present"))
    return before


async def keep_fitted(session: Session, embedder_id: UUID, fitted: bytes, settings: dict[str, Any]) -> None:
    """What an embedder learnt from the knowledge, and of how it is to be used."""
    values = {"fitted": fitted, "settings": settings}
    await session.execute(update(EmbedderRow).where(EmbedderRow.id == embedder_id).values(**values))


async def keep_calibration(session: Session, embedder_id: UUID, threshold: float, calibration: dict[str, Any]) -> None:
    """Where an embedder's answers begin to be believed, and how that was found."""
    await session.execute(
        update(EmbedderRow).where(EmbedderRow.id == embedder_id).values(threshold=threshold, calibration=calibration)
    )


async def sizes(session: Session) -> dict[str, int]:
    """Bytes on disk of each embedder's table with its indexes, by the table's name."""
    rows = await session.execute(
        text(
            "SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'chunk_vector'::regclass"
        )
    )
    return {name: int(size) for name, size in rows}
