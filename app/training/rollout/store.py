"""All SQL of rollout."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.kernel.clock import now
from app.kernel.database import Session
from app.training.rollout.domain import GuardRules, ShadowAnswer
from app.training.rollout.tables import GuardRow, ShadowAnswerRow


async def keep_shadow(session: Session, answer: ShadowAnswer) -> None:
    """One answer; the same again changes nothing."""
    statement = insert(ShadowAnswerRow).values(**asdict(answer))
    await session.execute(statement.on_conflict_do_nothing())


async def shadowed(session: Session, model_id: UUID, answer_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Of these answers those a version has answered in the shadow already."""
    statement = select(ShadowAnswerRow.answer_id).where(
        ShadowAnswerRow.model_id == model_id, ShadowAnswerRow.answer_id.in_(answer_ids)
    )
    return frozenset((await session.execute(statement)).scalars())


async def list_shadow(session: Session, model_id: UUID, before: UUID | None, limit: int) -> list[ShadowAnswer]:
    """Newest answers first."""
    statement = (
        select(ShadowAnswerRow)
        .where(ShadowAnswerRow.model_id == model_id)
        .order_by(ShadowAnswerRow.answer_id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(ShadowAnswerRow.answer_id < before)
    return [
        ShadowAnswer(
            row.model_id,
            row.answer_id,
            row.conversation_id,
            row.question,
            row.live_text,
            row.text,
            row.error_code,
            row.first_token_ms,
            row.total_ms,
            row.similarity,
            row.created_at,
        )
        for row in (await session.execute(statement)).scalars()
    ]


async def count_shadow(session: Session) -> dict[UUID, tuple[int, int, float]]:
    """Of each version: answers, failures, and how like the live ones they are on average."""
    statement = select(
        ShadowAnswerRow.model_id,
        func.count(),
        func.count(ShadowAnswerRow.error_code),
        func.coalesce(func.avg(ShadowAnswerRow.similarity), 0.0),
    ).group_by(ShadowAnswerRow.model_id)
    return {row[0]: (row[1], row[2], round(float(row[3]), 4)) for row in await session.execute(statement)}


async def forget_shadow(session: Session, conversation_ids: Sequence[UUID]) -> None:
    """Deletes what was said to erased customers' questions."""
    await session.execute(delete(ShadowAnswerRow).where(ShadowAnswerRow.conversation_id.in_(conversation_ids)))


async def read_rules(session: Session) -> GuardRules:
    """The rules in force."""
    row = await session.get(GuardRow, 1)
    return GuardRules() if row is None else GuardRules.from_dict(row.rules)


async def write_rules(session: Session, rules: GuardRules, author: str) -> None:
    """Replaces them."""
    values = {"rules": rules.as_dict(), "changed_by_name": author, "changed_at": now()}
    statement = insert(GuardRow).values(id=1, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
