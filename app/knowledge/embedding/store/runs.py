"""SQL of runs: opening, looking, and moving them between states."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update

from app.kernel.clock import now
from app.kernel.database import Session
from app.knowledge.embedding.domain import Run, RunState, Stage
from app.knowledge.embedding.tables import RunRow

OPEN = (RunState.RUNNING, RunState.PAUSED, RunState.FAILED, RunState.READY)
SAMPLE_EVERY = timedelta(seconds=2)
KEPT_SAMPLES = 16
RING_GAP = timedelta(seconds=10)


def run_of(row: RunRow) -> Run:
    """The plain value of a row."""
    return Run(
        id=row.id,
        embedder_id=row.embedder_id,
        origin=row.origin,
        state=RunState(row.state),
        stage=Stage(row.stage),
        then_switch=row.then_switch,
        override=row.override,
        target=row.target,
        error_code=row.error_code,
        error_values=row.error_values,
        comparison=row.comparison,
        samples=row.samples,
        created_by=row.created_by,
        created_at=row.created_at,
        finished_at=row.finished_at,
        updated_at=row.updated_at,
    )


async def add_run(
    session: Session,
    embedder_id: UUID,
    stage: Stage,
    *,
    origin: str,
    target: float,
    then_switch: bool,
    created_by: str,
) -> UUID:
    """A running run."""
    row = RunRow(
        embedder_id=embedder_id,
        origin=origin,
        state=RunState.RUNNING.value,
        stage=stage.value,
        then_switch=then_switch,
        target=target,
        created_by=created_by,
    )
    session.add(row)
    await session.flush()
    return row.id


async def find_run(session: Session, run_id: UUID) -> Run | None:
    """One run."""
    found = await session.scalars(select(RunRow).where(RunRow.id == run_id).execution_options(populate_existing=True))
    row = found.one_or_none()
    return run_of(row) if row else None


async def lock_run(session: Session, run_id: UUID, *, alone: bool = False) -> Run | None:
    """One run, held until the end of the transaction. alone: also waits for every batch that is being written."""
    statement = select(RunRow).where(RunRow.id == run_id).with_for_update(key_share=not alone)
    row = (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()
    return run_of(row) if row else None


async def open_run(session: Session) -> Run | None:
    """The run that is not over, if there is one."""
    states = [state.value for state in OPEN]
    found = await session.scalars(
        select(RunRow).where(RunRow.state.in_(states)).execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    return run_of(row) if row else None


async def last_run(session: Session) -> Run | None:
    """The newest run, over or not."""
    statement = select(RunRow).order_by(RunRow.id.desc()).limit(1).execution_options(populate_existing=True)
    row = (await session.scalars(statement)).one_or_none()
    return run_of(row) if row else None


async def change_run(session: Session, run_id: UUID, **values: Any) -> None:
    """Sets columns of a run."""
    plain = {name: value.value if isinstance(value, RunState | Stage) else value for name, value in values.items()}
    if plain.get("state") in (RunState.SWITCHED.value, RunState.CANCELLED.value):
        plain["finished_at"] = now()
    await session.execute(update(RunRow).where(RunRow.id == run_id).values(updated_at=func.clock_timestamp(), **plain))


_SAMPLE = text(
    """
    UPDATE embed_run SET sampled_at = clock_timestamp(), updated_at = clock_timestamp(), samples = (
        SELECT coalesce(jsonb_agg(kept ORDER BY nth), '[]') FROM (
            SELECT kept, nth FROM jsonb_array_elements(embed_run.samples || jsonb_build_array(jsonb_build_array(
                extract(epoch FROM clock_timestamp()),
                (SELECT coalesce(sum(done), 0) FROM embed_part WHERE run_id = embed_run.id AND stage = 'fill'))))
                WITH ORDINALITY AS s(kept, nth) ORDER BY nth DESC LIMIT :kept) newest)
    WHERE id = :id AND state = 'running' AND sampled_at < clock_timestamp() - CAST(:every AS interval)
    """
)


async def sample(session: Session, run_id: UUID) -> None:
    """Notes how much is done by now, for the rate; does nothing when that was just noted."""
    await session.execute(_SAMPLE, {"id": run_id, "kept": KEPT_SAMPLES, "every": SAMPLE_EVERY})


async def note_ring(session: Session, run_id: UUID) -> bool:
    """Whether nobody has rung for it lately; from now on somebody has."""
    noted = await session.execute(
        text(
            "UPDATE embed_run SET rung_at = clock_timestamp() WHERE id = :id"
            " AND rung_at < clock_timestamp() - CAST(:gap AS interval) RETURNING id"
        ),
        {"id": run_id, "gap": RING_GAP},
    )
    return noted.scalar_one_or_none() is not None
