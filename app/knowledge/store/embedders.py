"""SQL of embedders: their rows, and the partition and HNSW index each has for its vectors."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.defaults import HASHED
from app.knowledge.domain import EmbedderCard
from app.knowledge.tables import EmbedderRow

_LOCK = 0x6B656601
HNSW_DIMENSIONS = 4_000  # pgvector's limit for an index over halfvec


def partition_name(embedder_id: UUID) -> str:
    """The table that holds the vectors of one embedder."""
    return f"chunk_vector_{embedder_id.hex}"


async def lock_embedders(session: Session, *, shared: bool = False, longest_s: int | None = None) -> None:
    """Until the end of the transaction: one at a time may create or switch embedders, while no one writes chunks.

    Those who write chunks hold it shared. longest_s: how long to wait for them, when not the usual time.
    """
    if longest_s is not None:
        await session.execute(
            text("SELECT set_config('lock_timeout', :s, true), set_config('statement_timeout', :s, true)"),
            {"s": f"{longest_s}s"},
        )
    lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    await session.execute(text(f"SELECT {lock}(:lock)"), {"lock": _LOCK})


async def current_cards(session: Session) -> list[EmbedderCard]:
    """The present embedder, then the future one, as far as they exist."""
    rows = await session.scalars(
        select(EmbedderRow).where(EmbedderRow.state.in_(("present", "future"))).order_by(EmbedderRow.state.desc())
    )
    return [card_of(row) for row in rows]


async def find_card(session: Session, embedder_id: UUID) -> EmbedderCard | None:
    """One embedder."""
    row = await session.get(EmbedderRow, embedder_id)
    return card_of(row) if row else None


async def list_cards(session: Session) -> list[EmbedderCard]:
    """All embedders, newest first."""
    return [card_of(row) for row in await session.scalars(select(EmbedderRow).order_by(EmbedderRow.id.desc()))]


async def create_embedder(
    session: Session,
    *,
    kind: str,
    model: str,
    dimensions: int,
    state: str,
    threshold: float,
    settings: dict[str, Any] | None = None,
    fitted: bytes | None = None,
    calibration: dict[str, Any] | None = None,
) -> UUID:
    """A new embedder with an empty table for its vectors; a present one is indexed at once, if search uses an index."""
    row = EmbedderRow(
        id=new_id(),
        kind=kind,
        model=model,
        dimensions=dimensions,
        state=state,
        threshold=threshold,
        settings=settings or {},
        fitted=fitted,
        calibration=calibration or {},
    )
    session.add(row)
    await session.flush()
    table = partition_name(row.id)
    # Attaching an own table locks readers of the parent out for no moment; a direct PARTITION OF would.
    await session.execute(text(f"CREATE TABLE {table} (LIKE chunk_vector INCLUDING DEFAULTS INCLUDING STORAGE)"))
    await session.execute(text(f"ALTER TABLE chunk_vector ATTACH PARTITION {table} FOR VALUES IN ('{row.id}')"))
    if state == "present" and kind != HASHED:
        await build_vector_index(session, row.id, dimensions)
    return row.id


async def build_vector_index(session: Session, embedder_id: UUID, dimensions: int) -> None:
    """The HNSW index over an embedder's vectors; built after filling it is far cheaper than row by row."""
    if dimensions > HNSW_DIMENSIONS:
        return
    table = partition_name(embedder_id)
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    await session.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    await session.execute(text("SET LOCAL max_parallel_maintenance_workers = 0"))
    await session.execute(
        text(
            f"CREATE INDEX IF NOT EXISTS hnsw_{embedder_id.hex} ON {table}"
            f" USING hnsw ((vector::halfvec({dimensions})) halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)"
        )
    )


async def set_state(session: Session, embedder_id: UUID, state: str) -> None:
    """Moves an embedder to past, present or future."""
    await session.execute(update(EmbedderRow).where(EmbedderRow.id == embedder_id).values(state=state))


async def drop_embedder(session: Session, embedder_id: UUID) -> None:
    """Forgets an embedder and its vectors."""
    await session.execute(text(f"DROP TABLE IF EXISTS {partition_name(embedder_id)}"))
    row = await session.get(EmbedderRow, embedder_id)
    if row is not None:
        await session.delete(row)
        await session.flush()


def card_of(row: EmbedderRow) -> EmbedderCard:
    """The plain value of a row."""
    return EmbedderCard(
        row.id,
        row.kind,
        row.model,
        row.dimensions,
        row.state,
        row.settings,
        row.fitted,
        row.threshold,
        row.calibration,
        row.created_at,
    )
