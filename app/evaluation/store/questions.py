"""SQL of regression sets, their questions, and the rules of the gate."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.evaluation.domain import GateRules, KeptQuestion, Origin, Question, QuestionSet
from app.evaluation.tables import GateRow, QuestionRow, SetRow
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id


async def add_set(session: Session, name: str, description: str, author: str) -> UUID | None:
    """A new, empty set; None when the name is taken."""
    moment = now()
    statement = (
        insert(SetRow)
        .values(
            id=new_id(),
            name=name,
            description=description,
            created_by_name=author,
            created_at=moment,
            updated_at=moment,
        )
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(SetRow.id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def change_set(session: Session, set_id: UUID, name: str, description: str) -> bool:
    """Another name and description; False when the name is taken by another."""
    taken = select(SetRow.id).where(SetRow.name == name, SetRow.id != set_id)
    if (await session.execute(taken)).first() is not None:
        return False
    await session.execute(
        update(SetRow).where(SetRow.id == set_id).values(name=name, description=description, updated_at=now())
    )
    return True


async def drop_set(session: Session, set_id: UUID) -> None:
    """Removes a set and its questions; its runs stay."""
    await session.execute(delete(SetRow).where(SetRow.id == set_id))


async def list_sets(session: Session, set_id: UUID | None = None, name: str | None = None) -> list[QuestionSet]:
    """Sets by name, with how many questions each has."""
    counted = select(func.count(QuestionRow.id)).where(QuestionRow.set_id == SetRow.id).scalar_subquery()
    statement = select(SetRow, counted).order_by(SetRow.name)
    if set_id is not None:
        statement = statement.where(SetRow.id == set_id)
    if name is not None:
        statement = statement.where(SetRow.name == name)
    return [
        QuestionSet(row.id, row.name, row.description, count, row.created_by_name, row.created_at, row.updated_at)
        for row, count in await session.execute(statement)
    ]


async def add_questions(
    session: Session, set_id: UUID, questions: Sequence[Question], origin: Origin, author: str
) -> list[UUID]:
    """New questions at the end of a set."""
    rows = [
        QuestionRow(
            id=new_id(),
            set_id=set_id,
            text=question.text,
            content=question.as_dict(),
            origin=origin.value,
            created_by_name=author,
        )
        for question in questions
    ]
    session.add_all(rows)
    await session.flush()
    return [row.id for row in rows]


async def change_question(session: Session, question_id: UUID, question: Question, version: int) -> bool:
    """Replaces what is asked and expected; False when someone was faster."""
    statement = (
        update(QuestionRow)
        .where(QuestionRow.id == question_id, QuestionRow.version == version)
        .values(text=question.text, content=question.as_dict(), version=version + 1, updated_at=now())
        .returning(QuestionRow.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def drop_question(session: Session, question_id: UUID) -> None:
    """Removes a question; runs keep what they asked."""
    await session.execute(delete(QuestionRow).where(QuestionRow.id == question_id))


async def find_question(session: Session, question_id: UUID) -> KeptQuestion | None:
    """One question."""
    row = await session.get(QuestionRow, question_id)
    return _kept(row) if row else None


async def list_questions(
    session: Session,
    set_id: UUID | None,
    *,
    words: str = "",
    after: UUID | None = None,
    limit: int | None = None,
) -> list[KeptQuestion]:
    """Questions of one set, or of all, oldest first."""
    statement = select(QuestionRow).order_by(QuestionRow.id)
    if set_id is not None:
        statement = statement.where(QuestionRow.set_id == set_id)
    if words:
        statement = statement.where(QuestionRow.text.icontains(words, autoescape=True))
    if after is not None:
        statement = statement.where(QuestionRow.id > after)
    if limit is not None:
        statement = statement.limit(limit)
    return [_kept(row) for row in await session.scalars(statement)]


async def asked_already(session: Session, set_id: UUID) -> set[str]:
    """The texts of a set's questions."""
    return set(await session.scalars(select(QuestionRow.text).where(QuestionRow.set_id == set_id)))


def _kept(row: QuestionRow) -> KeptQuestion:
    return KeptQuestion(
        row.id,
        row.set_id,
        Question.from_dict(row.content),
        Origin(row.origin),
        row.created_by_name,
        row.created_at,
        row.updated_at,
        row.version,
    )


async def find_rules(session: Session) -> GateRules:
    """The gate's rules; those it is born with until someone changes them."""
    row = await session.get(GateRow, 1)
    return GateRules(**row.rules) if row else GateRules()


async def keep_rules(session: Session, rules: GateRules, author: str) -> None:
    """Other rules for the gate."""
    values: dict[str, Any] = {"rules": vars(rules), "changed_by_name": author, "changed_at": now()}
    statement = insert(GateRow).values(id=1, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


_EXPECTING = text(
    """SELECT count(*) FROM regression_question WHERE EXISTS (
        SELECT 1 FROM jsonb_array_elements(content -> 'expected') one WHERE one ->> 'source' = ANY(:names))"""
)


async def count_expecting(session: Session, names: Sequence[str]) -> int:
    """How many questions expect a passage of a source."""
    return int(await session.scalar(_EXPECTING, {"names": list(names)}) or 0)
