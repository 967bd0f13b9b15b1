"""All SQL of judging."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel.clock import now
from app.kernel.database import Session
from app.training.judging.domain import Answered, GateRules, JudgedRow, JudgingState, Kind, ModelEvaluation, Probe
from app.training.judging.tables import EvaluationQuestionRow, EvaluationRow, GateRow

FINAL = (JudgingState.DONE.value, JudgingState.FAILED.value, JudgingState.CANCELLED.value)


def _evaluation(row: EvaluationRow) -> ModelEvaluation:
    return ModelEvaluation(
        row.id,
        row.model_id,
        row.against_id,
        row.job_id,
        JudgingState(row.state),
        row.done,
        row.total,
        row.figures,
        row.verdict,
        row.error_code,
        row.created_by_name,
        row.created_at,
        row.finished_at,
    )


async def add_evaluation(
    session: Session, evaluation_id: UUID, model_id: UUID, against_id: UUID | None, job_id: UUID, author: str
) -> ModelEvaluation:
    """A queued one."""
    row = EvaluationRow(
        id=evaluation_id,
        model_id=model_id,
        against_id=against_id,
        job_id=job_id,
        state=JudgingState.QUEUED.value,
        created_by_name=author,
    )
    session.add(row)
    await session.flush()
    return _evaluation(row)


async def find_evaluation(session: Session, evaluation_id: UUID) -> ModelEvaluation | None:
    """One evaluation."""
    row = await session.get(EvaluationRow, evaluation_id, populate_existing=True)
    return None if row is None else _evaluation(row)


async def list_evaluations(
    session: Session, model_id: UUID | None, before: UUID | None, limit: int
) -> list[ModelEvaluation]:
    """Newest first, behind `before`."""
    statement = select(EvaluationRow).order_by(EvaluationRow.id.desc()).limit(limit)
    if model_id is not None:
        statement = statement.where(EvaluationRow.model_id == model_id)
    if before is not None:
        statement = statement.where(EvaluationRow.id < before)
    return [_evaluation(row) for row in (await session.execute(statement)).scalars()]


async def begin(session: Session, evaluation_id: UUID, probes: Sequence[Probe]) -> None:
    """Keeps the questions of a first attempt; a later one finds them."""
    known = select(func.count()).where(EvaluationQuestionRow.evaluation_id == evaluation_id)
    if not (await session.execute(known)).scalar_one() and probes:
        rows = [
            {"evaluation_id": evaluation_id, "place": place, **vars(probe), "kind": probe.kind.value}
            for place, probe in enumerate(probes, 1)
        ]
        await session.execute(insert(EvaluationQuestionRow), rows)
    total = (await session.execute(known)).scalar_one()
    await _change(session, evaluation_id, state=JudgingState.RUNNING.value, total=total)


async def _change(session: Session, evaluation_id: UUID, **values: Any) -> None:
    await session.execute(
        update(EvaluationRow)
        .where(EvaluationRow.id == evaluation_id, EvaluationRow.state.not_in(FINAL))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def keep_answers(
    session: Session, evaluation_id: UUID, place: int, now_said: Answered, new_said: Answered
) -> int:
    """What both said; how many questions are done."""
    await session.execute(
        update(EvaluationQuestionRow)
        .where(EvaluationQuestionRow.evaluation_id == evaluation_id, EvaluationQuestionRow.place == place)
        .values(now=now_said.as_dict(), new=new_said.as_dict())
    )
    done = (
        select(func.count())
        .where(EvaluationQuestionRow.evaluation_id == evaluation_id, EvaluationQuestionRow.new.is_not(None))
        .scalar_subquery()
    )
    await _change(session, evaluation_id, done=done)
    return int((await session.execute(select(done))).scalar_one())


async def end(session: Session, evaluation_id: UUID, state: JudgingState, **values: Any) -> None:
    """Its last state."""
    await _change(session, evaluation_id, state=state.value, finished_at=now(), **values)


async def put_verdict(session: Session, evaluation_id: UUID, verdict: dict[str, Any]) -> None:
    """What the gate says of a finished one now."""
    statement = update(EvaluationRow).where(EvaluationRow.id == evaluation_id).values(verdict=verdict)
    await session.execute(statement)


async def list_rows(
    session: Session, evaluation_id: UUID, kind: Kind | None = None, after: int = 0, limit: int | None = None
) -> list[JudgedRow]:
    """The questions in order, behind a place."""
    statement = (
        select(EvaluationQuestionRow)
        .where(EvaluationQuestionRow.evaluation_id == evaluation_id, EvaluationQuestionRow.place > after)
        .order_by(EvaluationQuestionRow.place)
        .limit(limit)
    )
    if kind is not None:
        statement = statement.where(EvaluationQuestionRow.kind == kind.value)
    return [
        JudgedRow(
            row.place,
            Probe(Kind(row.kind), row.question, row.wanted, row.locale),
            None if row.now is None else Answered(**row.now),
            None if row.new is None else Answered(**row.new),
        )
        for row in (await session.execute(statement)).scalars()
    ]


async def read_rules(session: Session) -> GateRules:
    """The gate's rules."""
    row = await session.get(GateRow, 1)
    return GateRules() if row is None else GateRules.from_dict(row.rules)


async def write_rules(session: Session, rules: GateRules, author: str) -> None:
    """Replaces them."""
    values = {"rules": rules.as_dict(), "changed_by_name": author, "changed_at": now()}
    statement = upsert(GateRow).values(id=1, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
