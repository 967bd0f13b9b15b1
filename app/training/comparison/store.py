"""All SQL of blind comparison."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel.clock import now
from app.kernel.database import Session
from app.training.comparison.domain import Comparison, Vote, Why, Winner
from app.training.comparison.tables import ComparisonRow, VoteRow


def _comparison(row: ComparisonRow) -> Comparison:
    return Comparison(
        row.id,
        row.evaluation_id,
        row.model_id,
        row.seed,
        tuple(row.places),
        row.alike,
        row.people,
        row.created_by_name,
        row.created_at,
        row.closed_at,
    )


async def add(session: Session, new: Comparison) -> Comparison:
    """An open comparison."""
    row = ComparisonRow(
        id=new.id,
        evaluation_id=new.evaluation_id,
        model_id=new.model_id,
        seed=new.seed,
        places=list(new.places),
        alike=new.alike,
        people=new.people,
        created_by_name=new.created_by,
        created_at=new.created_at,
    )
    session.add(row)
    await session.flush()
    return _comparison(row)


async def find(session: Session, comparison_id: UUID) -> Comparison | None:
    """One comparison."""
    row = await session.get(ComparisonRow, comparison_id, populate_existing=True)
    return None if row is None else _comparison(row)


async def newest(
    session: Session, before: UUID | None, limit: int, evaluation_id: UUID | None = None
) -> list[Comparison]:
    """Newest first, behind `before`."""
    statement = select(ComparisonRow).order_by(ComparisonRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(ComparisonRow.id < before)
    if evaluation_id is not None:
        statement = statement.where(ComparisonRow.evaluation_id == evaluation_id)
    return [_comparison(row) for row in (await session.execute(statement)).scalars()]


async def close(session: Session, comparison_id: UUID) -> bool:
    """Ends it; False when it had ended."""
    statement = (
        update(ComparisonRow)
        .where(ComparisonRow.id == comparison_id, ComparisonRow.closed_at.is_(None))
        .values(closed_at=now())
        .returning(ComparisonRow.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def is_open(session: Session, comparison_id: UUID) -> bool:
    """Whether it still takes votes; holds it so until the transaction ends."""
    statement = (
        select(ComparisonRow.closed_at.is_(None))
        .where(ComparisonRow.id == comparison_id)
        .with_for_update(read=True, key_share=True)
    )
    return bool((await session.execute(statement)).scalar_one_or_none())


async def put_vote(session: Session, comparison_id: UUID, vote: Vote) -> None:
    """Keeps the newest word of a person on a question."""
    said = {
        "staff_name": vote.staff_name,
        "winner": vote.winner.value,
        "is_swapped": vote.is_swapped,
        "reasons": [one.value for one in vote.reasons],
        "note": vote.note,
        "at": vote.at,
    }
    statement = insert(VoteRow).values(comparison_id=comparison_id, place=vote.place, staff_id=vote.staff_id, **said)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["comparison_id", "place", "staff_id"], set_=said)
    )


async def votes_of(session: Session, comparison_id: UUID) -> list[Vote]:
    """Every word, in the order of the questions."""
    statement = select(VoteRow).where(VoteRow.comparison_id == comparison_id).order_by(VoteRow.place, VoteRow.at)
    return [
        Vote(
            row.place,
            row.staff_id,
            row.staff_name,
            Winner(row.winner),
            row.is_swapped,
            tuple(Why(one) for one in row.reasons),
            row.note,
            row.at,
        )
        for row in (await session.execute(statement)).scalars()
    ]


async def counted(session: Session, comparison_ids: Sequence[UUID], staff_id: UUID) -> dict[UUID, tuple[int, int, int]]:
    """Of each: votes, people, and how many are this person's."""
    mine = func.count().filter(VoteRow.staff_id == staff_id)
    statement = (
        select(VoteRow.comparison_id, func.count(), func.count(VoteRow.staff_id.distinct()), mine)
        .where(VoteRow.comparison_id.in_(comparison_ids))
        .group_by(VoteRow.comparison_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in await session.execute(statement)}
