"""SQL of runs over labelled questions: open, fill row by row, end, and read back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from app.evaluation.answers.domain import AnswerRun, Judged, Labelled, Row, in_order
from app.evaluation.answers.tables import AnswerResultRow, AnswerRunRow
from app.evaluation.domain import RunState
from app.kernel.clock import now
from app.kernel.database import Session

FINAL = (RunState.DONE.value, RunState.FAILED.value, RunState.CANCELLED.value)


async def add_run(session: Session, run_id: UUID, asked: Sequence[Labelled], **values: Any) -> None:
    """A run with its questions as they are now."""
    session.add(AnswerRunRow(id=run_id, questions=len(asked), **values))
    await session.flush()
    rows = [{"run_id": run_id, "position": place, "asked": one.as_dict()} for place, one in enumerate(asked)]
    if rows:
        await session.execute(insert(AnswerResultRow), rows)


async def begin_run(session: Session, run_id: UUID) -> None:
    """A worker has it."""
    statement = update(AnswerRunRow).where(AnswerRunRow.id == run_id, AnswerRunRow.state.not_in(FINAL))
    await session.execute(statement.values(state=RunState.RUNNING.value))


async def keep_judged(session: Session, run_id: UUID, judged: Sequence[tuple[int, Judged]]) -> int:
    """How some questions did; returns how many are done. The same again counts once."""
    for position, one in judged:
        await session.execute(
            update(AnswerResultRow)
            .where(AnswerResultRow.run_id == run_id, AnswerResultRow.position == position)
            .values(judged=one.as_dict())
        )
    done = select(func.count()).where(AnswerResultRow.run_id == run_id, AnswerResultRow.judged.is_not(None))
    statement = update(AnswerRunRow).where(AnswerRunRow.id == run_id).values(done=done.scalar_subquery())
    return int((await session.execute(statement.returning(AnswerRunRow.done))).scalar_one())


async def end_run(session: Session, run_id: UUID, state: RunState, **values: Any) -> None:
    """Its last state, with figures or the reason why there are none."""
    statement = update(AnswerRunRow).where(AnswerRunRow.id == run_id, AnswerRunRow.state.not_in(FINAL))
    await session.execute(statement.values(state=state.value, finished_at=now(), **values))


async def find_run(session: Session, run_id: UUID) -> AnswerRun | None:
    """One run."""
    row = await session.get(AnswerRunRow, run_id)
    return _run(row) if row else None


async def list_runs(
    session: Session, *, name: str | None = None, before: UUID | None = None, limit: int = 50
) -> list[AnswerRun]:
    """Newest first; name None: of every set and file."""
    statement = select(AnswerRunRow).order_by(AnswerRunRow.id.desc()).limit(limit)
    if name is not None:
        statement = statement.where(AnswerRunRow.name == name)
    if before is not None:
        statement = statement.where(AnswerRunRow.id < before)
    return [_run(row) for row in await session.scalars(statement)]


async def last_run(session: Session, name: str, before: UUID) -> AnswerRun | None:
    """The newest finished run of this name before another."""
    statement = (
        select(AnswerRunRow)
        .where(AnswerRunRow.name == name, AnswerRunRow.state == RunState.DONE.value, AnswerRunRow.id < before)
        .order_by(AnswerRunRow.id.desc())
        .limit(1)
    )
    row = (await session.scalars(statement)).first()
    return _run(row) if row else None


async def names(session: Session) -> list[str]:
    """The names runs go by, that of the newest run first."""
    newest = func.max(AnswerRunRow.created_at)
    return list(await session.scalars(select(AnswerRunRow.name).group_by(AnswerRunRow.name).order_by(newest.desc())))


async def result_rows(session: Session, run_id: UUID) -> list[Row]:
    """Every question of a run in order."""
    statement = select(AnswerResultRow).where(AnswerResultRow.run_id == run_id).order_by(AnswerResultRow.position)
    return [
        Row(row.position, Labelled.from_dict(row.asked), Judged.from_dict(row.judged) if row.judged else None)
        for row in await session.scalars(statement)
    ]


def _run(row: AnswerRunRow) -> AnswerRun:
    return AnswerRun(
        id=row.id,
        name=row.name,
        cause=row.cause,
        state=RunState(row.state),
        job_id=row.job_id,
        questions=row.questions,
        done=row.done,
        settings=row.settings,
        figures=in_order(row.figures),
        compared_with=row.compared_with,
        error_code=row.error_code,
        created_by=row.created_by_name,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
