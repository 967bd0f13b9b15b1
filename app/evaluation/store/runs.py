"""SQL of runs: open, fill row by row, end, and read back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from app.evaluation.domain import Cause, Judged, Question, Row, Run, RunState
from app.evaluation.tables import ResultRow, RunRow
from app.kernel.clock import now
from app.kernel.database import Session

FINAL = (RunState.DONE.value, RunState.FAILED.value, RunState.CANCELLED.value)


async def add_run(
    session: Session, run_id: UUID, questions: Sequence[tuple[UUID | None, Question]], **values: Any
) -> None:
    """A queued run with its questions as they are now."""
    session.add(RunRow(id=run_id, questions=len(questions), **values))
    await session.flush()
    rows = [
        {"run_id": run_id, "position": position, "question_id": question_id, "question": question.as_dict()}
        for position, (question_id, question) in enumerate(questions)
    ]
    if rows:
        await session.execute(insert(ResultRow), rows)


async def begin_run(session: Session, run_id: UUID) -> None:
    """A worker has it."""
    await session.execute(
        update(RunRow).where(RunRow.id == run_id, RunRow.state.not_in(FINAL)).values(state=RunState.RUNNING.value)
    )


async def keep_judged(session: Session, run_id: UUID, position: int, judged: Judged) -> int:
    """How one question did; returns how many are done. The same again counts once."""
    await session.execute(
        update(ResultRow)
        .where(ResultRow.run_id == run_id, ResultRow.position == position)
        .values(judged=judged.as_dict())
    )
    counted = select(func.count()).where(ResultRow.run_id == run_id, ResultRow.judged.is_not(None)).scalar_subquery()
    statement = update(RunRow).where(RunRow.id == run_id).values(done=counted).returning(RunRow.done)
    return int((await session.execute(statement)).scalar_one())


async def end_run(session: Session, run_id: UUID, state: RunState, **values: Any) -> None:
    """Its last state, with figures or the reason why there are none."""
    await session.execute(
        update(RunRow)
        .where(RunRow.id == run_id, RunRow.state.not_in(FINAL))
        .values(state=state.value, finished_at=now(), **values)
    )


async def find_run(session: Session, run_id: UUID) -> Run | None:
    """One run."""
    row = await session.get(RunRow, run_id)
    return _run(row) if row else None


async def list_runs(
    session: Session,
    *,
    kind: str,
    set_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Run]:
    """Newest first; set_id None: whatever the set."""
    statement = select(RunRow).where(RunRow.kind == kind).order_by(RunRow.id.desc()).limit(limit)
    if set_id is not None:
        statement = statement.where(RunRow.set_id == set_id)
    if before is not None:
        statement = statement.where(RunRow.id < before)
    return [_run(row) for row in await session.scalars(statement)]


async def last_run(session: Session, set_id: UUID | None, before: UUID) -> Run | None:
    """The newest run before another one that asked the same set as live search answers."""
    same_set = RunRow.set_id.is_(None) if set_id is None else RunRow.set_id == set_id
    statement = (
        select(RunRow)
        .where(
            RunRow.kind == "regression",
            same_set,
            RunRow.state == RunState.DONE.value,
            RunRow.options == {},
            RunRow.id < before,
        )
        .order_by(RunRow.id.desc())
        .limit(1)
    )
    row = (await session.scalars(statement)).first()
    return _run(row) if row else None


async def waits_already(session: Session, cause: Cause) -> bool:
    """Whether a run for the same reason has not begun yet."""
    statement = select(RunRow.id).where(RunRow.state == RunState.QUEUED.value, RunRow.cause == cause.value).limit(1)
    return (await session.execute(statement)).first() is not None


async def result_rows(session: Session, run_id: UUID) -> list[Row]:
    """Every question of a run in order."""
    rows = await session.scalars(select(ResultRow).where(ResultRow.run_id == run_id).order_by(ResultRow.position))
    return [
        Row(
            row.position,
            row.question_id,
            Question.from_dict(row.question),
            Judged.from_dict(row.judged) if row.judged else None,
        )
        for row in rows
    ]


def _run(row: RunRow) -> Run:
    return Run(
        id=row.id,
        kind=row.kind,
        set_id=row.set_id,
        set_name=row.set_name,
        cause=Cause(row.cause),
        state=RunState(row.state),
        job_id=row.job_id,
        options=row.options,
        questions=row.questions,
        done=row.done,
        figures=row.figures,
        verdict=row.verdict,
        compared_with=row.compared_with,
        file_name=row.file_name,
        error_code=row.error_code,
        created_by=row.created_by_name,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
