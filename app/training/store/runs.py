"""SQL of runs: their progress, their loss curve."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel.clock import now
from app.kernel.database import Session
from app.training.domain import LogLine, Metric, RunSettings, RunState, TrainRun, Validation
from app.training.tables import TrainLogRow, TrainMetricRow, TrainRunRow, TrainValidationRow

UNFINISHED = (RunState.QUEUED.value, RunState.RUNNING.value)
CUT_OFF = (RunState.FAILED.value, RunState.CANCELLED.value, RunState.PAUSED.value)


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
        validation_loss=row.validation_loss,
        waiting_for=row.waiting_for,
        facts=row.facts,
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
        .where(TrainRunRow.id == run_id, TrainRunRow.state.in_(CUT_OFF))
        .values(
            state=RunState.QUEUED.value,
            job_id=job_id,
            finished_at=None,
            error_code=None,
            error_detail=None,
            wish=None,
        )
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
        waiting_for=None,
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
    for table in (TrainMetricRow, TrainValidationRow):
        await session.execute(delete(table).where(table.run_id == run_id, table.step > step))


async def stop_run(session: Session, run_id: UUID, state: RunState, code: str | None) -> None:
    """Ends a run whose job was stopped; a wish to pause makes it paused instead of cancelled."""
    statement = select(TrainRunRow.wish).where(TrainRunRow.id == run_id)
    wish = (await session.execute(statement)).scalar_one_or_none()
    if state is RunState.CANCELLED and wish == RunState.PAUSED.value:
        await _change(session, run_id, state=RunState.PAUSED.value, wish=None)
    else:
        await end_run(session, run_id, state, error_code=code)


async def set_validation(session: Session, run_id: UUID, found: Validation) -> None:
    """Keeps one look at the validation rows."""
    values = {"loss": found.loss, "margin": found.margin, "preferred": found.preferred, "at": now()}
    statement = insert(TrainValidationRow).values(run_id=run_id, step=found.step, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["run_id", "step"], set_=values))
    await _change(session, run_id, validation_loss=found.loss)


async def list_validations(session: Session, run_id: UUID) -> list[Validation]:
    """In order of steps; the lowest is the best."""
    statement = select(TrainValidationRow).where(TrainValidationRow.run_id == run_id).order_by(TrainValidationRow.step)
    rows = list((await session.execute(statement)).scalars())
    best = min((row.loss for row in rows), default=None)
    return [Validation(row.step, row.loss, row.loss == best, row.margin, row.preferred) for row in rows]


async def add_line(session: Session, run_id: UUID, text: str, level: str) -> None:
    """One more line of the log; one process writes at a time."""
    newest = select(func.coalesce(func.max(TrainLogRow.number), 0)).where(TrainLogRow.run_id == run_id)
    number = (await session.execute(newest)).scalar_one() + 1
    session.add(TrainLogRow(run_id=run_id, number=number, level=level, text=text[:2_000]))
    await session.flush()


async def list_lines(session: Session, run_id: UUID, after: int, limit: int) -> list[LogLine]:
    """The last lines behind a number, in order."""
    statement = (
        select(TrainLogRow)
        .where(TrainLogRow.run_id == run_id, TrainLogRow.number > after)
        .order_by(TrainLogRow.number.desc())
        .limit(limit)
    )
    rows = (await session.execute(statement)).scalars()
    return [LogLine(row.number, row.at, row.level, row.text) for row in rows][::-1]


async def add_facts(session: Session, run_id: UUID, facts: dict[str, Any]) -> None:
    """What became known of a run."""
    row = await session.get(TrainRunRow, run_id, with_for_update=True)
    if row is not None:
        row.facts = {**row.facts, **facts}
        await session.flush()


async def resumes(session: Session, run_id: UUID) -> list[int]:
    """The steps a run was taken up at so far."""
    row = await session.get(TrainRunRow, run_id)
    return [] if row is None else list(row.facts.get("resumes", []))


async def next_waiting(session: Session) -> UUID | None:
    """The job of the run that has waited longest."""
    statement = (
        select(TrainRunRow.job_id).where(TrainRunRow.state == RunState.QUEUED.value).order_by(TrainRunRow.id).limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def measured_speed(session: Session, base_model: str, stage: str, method: str) -> float | None:
    """Tokens a second of the newest run of this kind on a base that got far enough to tell."""
    kind = [
        func.coalesce(TrainRunRow.settings[name].astext, default) == wanted
        for name, default, wanted in (("stage", "sft", stage), ("method", "lora", method))
    ]
    statement = (
        select(func.percentile_cont(0.5).within_group(TrainMetricRow.tokens_per_second))
        .join(TrainRunRow, TrainRunRow.id == TrainMetricRow.run_id)
        .where(TrainRunRow.base_model == base_model, TrainMetricRow.tokens_per_second > 0, *kind)
        .group_by(TrainRunRow.id)
        .having(func.count() >= 3)
        .order_by(TrainRunRow.id.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def list_metrics(session: Session, run_id: UUID) -> list[Metric]:
    """The loss curve in order of steps."""
    statement = select(TrainMetricRow).where(TrainMetricRow.run_id == run_id).order_by(TrainMetricRow.step)
    return [
        Metric(
            row.step,
            row.loss,
            row.learning_rate,
            row.grad_norm,
            row.token_accuracy,
            row.tokens_per_second,
            row.memory_mb,
            row.margin,
            row.preferred,
        )
        for row in (await session.execute(statement)).scalars()
    ]
