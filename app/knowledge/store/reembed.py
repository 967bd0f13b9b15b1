"""SQL of re-embedding: what a future embedder still lacks, filling it, and the switch."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from app.kernel.database import Session
from app.knowledge.domain import NewChunk
from app.knowledge.ports import Vectors
from app.knowledge.store.chunks import copy_rows, vector_literal
from app.knowledge.store.embedders import HNSW_DIMENSIONS, drop_embedder, partition_name
from app.knowledge.tables import ChunkRow, EmbedderRow

Unembedded = tuple[UUID, UUID, str, NewChunk]
"""Chunk id, base id, title and passage."""


async def count_missing(session: Session, embedder_id: UUID) -> tuple[int, int]:
    """How many chunks have no vector by this embedder yet, and how many chunks there are."""
    row = await session.execute(
        text(
            f"SELECT count(*) FILTER (WHERE v.chunk_id IS NULL), count(*) FROM chunk c"  # noqa: S608  # the table is named after our own id
            f" LEFT JOIN {partition_name(embedder_id)} v ON v.chunk_id = c.id"
        )
    )
    missing, total = row.one()
    return int(missing), int(total)


async def missing_chunks(session: Session, embedder_id: UUID, limit: int) -> list[Unembedded]:
    """Chunks without a vector by this embedder, oldest first."""
    rows = await session.execute(
        text(
            f"SELECT c.id FROM chunk c WHERE NOT EXISTS"  # noqa: S608  # the table is named after our own id
            f" (SELECT 1 FROM {partition_name(embedder_id)} v WHERE v.chunk_id = c.id) ORDER BY c.id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return await _passages(session, ChunkRow.id.in_([row.id for row in rows]), limit)


async def chunks_after(session: Session, after: UUID | None, limit: int) -> list[Unembedded]:
    """All chunks in order of their id, behind `after`."""
    return await _passages(session, ChunkRow.id > after if after else text("true"), limit)


async def _passages(session: Session, condition: Any, limit: int) -> list[Unembedded]:
    rows = await session.execute(
        select(ChunkRow).where(condition).order_by(ChunkRow.id).limit(limit).execution_options(populate_existing=True)
    )
    return [
        (
            row.id,
            row.base_id,
            row.title,
            NewChunk(row.position, tuple(row.heading_path), row.page, row.text, kind=row.kind, question=row.question),
        )
        for row in rows.scalars()
    ]


async def add_vectors(
    session: Session, embedder_id: UUID, chunks: Sequence[tuple[UUID, UUID]], vectors: Vectors
) -> int:
    """Vectors of (chunk, base) pairs; skips chunks that went away or were filled by someone else meanwhile."""
    await session.execute(text("CREATE TEMP TABLE IF NOT EXISTS filling (LIKE chunk_vector) ON COMMIT DROP"))
    rows = [
        (chunk_id, embedder_id, base_id, vector_literal(vector))
        for (chunk_id, base_id), vector in zip(chunks, vectors, strict=True)
    ]
    await copy_rows(session, "filling (chunk_id, embedder_id, base_id, vector)", rows)
    done = await session.execute(
        text(
            f"INSERT INTO {partition_name(embedder_id)} (chunk_id, embedder_id, base_id, vector)"  # noqa: S608  # the table is named after our own id
            " SELECT f.chunk_id, f.embedder_id, f.base_id, f.vector FROM filling f JOIN"
            " (SELECT id FROM chunk WHERE id IN (SELECT chunk_id FROM filling) FOR KEY SHARE) c ON c.id = f.chunk_id"
            " ON CONFLICT DO NOTHING"
        )
    )
    return int(getattr(done, "rowcount", 0))


async def build_index_beside_writers(session: Session, embedder_id: UUID, dimensions: int) -> None:
    """The HNSW index, built without holding up writers; cannot be part of a transaction."""
    if dimensions > HNSW_DIMENSIONS:
        return
    connection = await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    index = f"hnsw_{embedder_id.hex}"
    valid = await connection.execute(
        text("SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = :name"),
        {"name": index},
    )
    if valid.scalar_one_or_none():
        return
    try:
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text("SET lock_timeout = 0"))
        await connection.execute(text("SET maintenance_work_mem = '1GB'"))
        await connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {index}"))
        await connection.execute(
            text(
                f"CREATE INDEX CONCURRENTLY {index} ON {partition_name(embedder_id)}"
                f" USING hnsw ((vector::halfvec({dimensions})) halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)"
            )
        )
        await connection.execute(text(f"ANALYZE {partition_name(embedder_id)}"))
    finally:
        for setting in ("statement_timeout", "lock_timeout", "maintenance_work_mem"):
            await connection.execute(text(f"RESET {setting}"))


async def switch_present(session: Session, embedder_id: UUID) -> None:
    """The future embedder becomes the present one, which becomes past; older ones are forgotten."""
    older = list(await session.scalars(select(EmbedderRow.id).where(EmbedderRow.state == "past")))
    await session.execute(update(EmbedderRow).where(EmbedderRow.state == "present").values(state="past"))
    await session.execute(update(EmbedderRow).where(EmbedderRow.id == embedder_id).values(state="present"))
    for past in older:
        await drop_embedder(session, past)


async def keep_fitted(session: Session, embedder_id: UUID, fitted: bytes) -> None:
    """What an embedder learnt from the knowledge."""
    await session.execute(update(EmbedderRow).where(EmbedderRow.id == embedder_id).values(fitted=fitted))


async def keep_calibration(session: Session, embedder_id: UUID, threshold: float, calibration: dict[str, Any]) -> None:
    """Where an embedder's answers begin to be believed, and how that was found."""
    await session.execute(
        update(EmbedderRow).where(EmbedderRow.id == embedder_id).values(threshold=threshold, calibration=calibration)
    )
