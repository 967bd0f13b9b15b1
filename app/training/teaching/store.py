"""All SQL of teaching."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.kernel.clock import now
from app.kernel.database import Session
from app.training.teaching.domain import Ask, Distillation, Purpose, Said
from app.training.teaching.tables import DistillationRow, TeacherTextRow


def _distillation(row: DistillationRow) -> Distillation:
    return Distillation(
        row.id,
        row.job_id,
        row.teacher,
        row.teacher_name,
        row.most,
        row.price,
        row.dataset_id,
        row.figures,
        row.created_by_name,
        row.created_at,
    )


async def add_distillation(session: Session, order: Distillation) -> None:
    """A new order."""
    session.add(
        DistillationRow(
            id=order.id,
            job_id=order.job_id,
            teacher=order.teacher,
            teacher_name=order.teacher_name,
            most=order.most,
            price=order.price,
            created_by_name=order.created_by,
            created_at=order.created_at,
        )
    )
    await session.flush()


async def find_distillation(session: Session, distillation_id: UUID) -> Distillation | None:
    """One order."""
    row = await session.get(DistillationRow, distillation_id, populate_existing=True)
    return None if row is None else _distillation(row)


async def list_distillations(session: Session, before: UUID | None, limit: int) -> list[Distillation]:
    """Newest first, behind `before`."""
    statement = select(DistillationRow).order_by(DistillationRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(DistillationRow.id < before)
    return [_distillation(row) for row in (await session.execute(statement)).scalars()]


async def last_figures(session: Session, teacher: str) -> dict[str, Any]:
    """Of the last finished order that asked this teacher; empty before the first."""
    statement = (
        select(DistillationRow.figures)
        .where(DistillationRow.teacher == teacher, DistillationRow.dataset_id.is_not(None))
        .order_by(DistillationRow.id.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none() or {}


async def end_distillation(session: Session, distillation_id: UUID, dataset_id: UUID, figures: dict[str, Any]) -> None:
    """What came of it."""
    row = await session.get_one(DistillationRow, distillation_id)
    row.dataset_id, row.figures = dataset_id, figures
    await session.flush()


async def texts_of(session: Session, teacher: str, purpose: Purpose, keys: Sequence[str]) -> dict[str, Said]:
    """What this teacher has said already, by the prompts' keys."""
    statement = select(TeacherTextRow).where(
        TeacherTextRow.teacher == teacher,
        TeacherTextRow.purpose == purpose.value,
        TeacherTextRow.key.in_(list(keys)),
    )
    return {
        row.key: Said(row.text, row.finish, row.prompt_tokens, row.completion_tokens)
        for row in (await session.execute(statement)).scalars()
    }


async def keep_text(session: Session, teacher: str, purpose: Purpose, ask: Ask, said: Said) -> None:
    """Keeps it for the next time; the newest counts."""
    values = {
        "conversation_id": ask.conversation_id,
        "text": said.text,
        "finish": said.finish,
        "prompt_tokens": said.prompt_tokens,
        "completion_tokens": said.completion_tokens,
        "at": now(),
    }
    statement = insert(TeacherTextRow).values(teacher=teacher, purpose=purpose.value, key=ask.key, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["teacher", "purpose", "key"], set_=values))


async def forget_texts(session: Session, conversation_ids: Sequence[UUID]) -> None:
    """What was said to prompts with these customers' words."""
    await session.execute(delete(TeacherTextRow).where(TeacherTextRow.conversation_id.in_(conversation_ids)))
