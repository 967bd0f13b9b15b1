"""SQL of runs: their progress, their loss curve."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel.clock import now
from app.kernel.database import Session
from app.training.domain import Metric, RunSettings, RunState, TrainRun
from app.training.tables import TrainMetricRow, TrainRunRow

UNFINISHED = (RunState.QUEUED.value, RunState.RUNNING.value)


def _run(row: TrainRunRow) -> TrainRun:
    return TrainRun(
        id=row.id,
        dataset_id=row.dataset_id,
        job_id=row.job_id,
        base_model=row.base_model,
        settings=RunSettings(**row.settings),
        state=RunState(row.state),
        step=row.step,
        total_steps=row.total_steps,
        resumed_from=row.resumed_from,
        loss=row.loss,
        tokens_per_second=row.tokens_per_second,
        device=row.device,
        evaluation=row.evaluation,
        adapter_path=row.adapter_path,
        adapter_sha256=row.adapter_sha256,
        model_id=row.model_id,
        error_code=row.error_code,
        error_detail=row.error_detail,
        created_by_name=row.created_by_name,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


async def add_run(
    session: Session, run_id: UUID, dataset_id: UUID, job_id: UUID, base_model: str, settings: RunSettings, author: str
) -> TrainRun:
    """A queued run."""
    row = TrainRunRow(
        id=run_id,
        dataset_id=dataset_id,
        job_id=job_id,
        base_model=base_model,
        settings=asdict(settings),
        state=RunState.QUEUED.value,
        created_by_name=author,
    )
    session.add(row)
    await session.flush()
    return _run(row)


async def find_run(session: Session, run_id: UUID) -> TrainRun | None:
    """One run."""
    row = await session.get(TrainRunRow, run_id)
    return None if row is None else _run(row)


async def list_runs(session: Session, before: UUID | None, limit: int) -> list[TrainRun]:
    """Newest first, behind `before`."""
    statement = select(TrainRunRow).order_by(TrainRunRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(TrainRunRow.id < before)
    return [_run(row) for row in (await session.execute(statement)).scalars()]


async def reopen_run(session: Session, run_id: UUID, job_id: UUID) -> TrainRun | None:
    """Queued again under a new job; None when the run is not one that was cut off."""
    statement = (
        update(TrainRunRow)
        .where(TrainRunRow.id == run_id, TrainRunRow.state.in_([RunState.FAILED.value, RunState.CANCELLED.value]))
        .values(state=RunState.QUEUED.value, job_id=job_id, finished_at=None, error_code=None, error_detail=None)
        .returning(TrainRunRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else _run(row)


async def begin_attempt(session: Session, run_id: UUID) -> None:
    """Running, perhaps again; an earlier attempt's error is forgotten."""
    await _change(
        session,
        run_id,
        state=RunState.RUNNING.value,
        started_at=func.coalesce(TrainRunRow.started_at, now()),
        error_code=None,
        error_detail=None,
    )


async def note(session: Session, run_id: UUID, **facts: Any) -> None:
    """Writes down what the trainer told, while the run is under way."""
    await _change(session, run_id, **facts)


async def end_run(session: Session, run_id: UUID, state: RunState, **facts: Any) -> None:
    """Reaches a final state; a run that has one keeps it."""
    await _change(session, run_id, state=state.value, finished_at=now(), **facts)


async def _change(session: Session, run_id: UUID, **values: Any) -> None:
    statement = (
        update(TrainRunRow)
        .where(TrainRunRow.id == run_id, TrainRunRow.state.in_(UNFINISHED))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    await session.execute(statement)


async def set_metric(session: Session, run_id: UUID, metric: Metric) -> None:
    """Keeps one logged step, and shows it on the run."""
    values = asdict(metric) | {"at": now()}
    statement = insert(TrainMetricRow).values(run_id=run_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["run_id", "step"], set_=values))
    await _change(session, run_id, step=metric.step, loss=metric.loss, tokens_per_second=metric.tokens_per_second)


async def forget_metrics_after(session: Session, run_id: UUID, step: int) -> None:
    """Drops the steps a resumed run is going to repeat."""
    await session.execute(delete(TrainMetricRow).where(TrainMetricRow.run_id == run_id, TrainMetricRow.step > step))


async def list_metrics(session: Session, run_id: UUID) -> list[Metric]:
    """The loss curve in order of steps."""
    statement = select(TrainMetricRow).where(TrainMetricRow.run_id == run_id).order_by(TrainMetricRow.step)
    return [
        Metric(row.step, row.loss, row.learning_rate, row.grad_norm, row.token_accuracy, row.tokens_per_second)
        for row in (await session.execute(statement)).scalars()
    ]
