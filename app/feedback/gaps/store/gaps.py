"""SQL of gaps: counted over a window of days, listed, moved, merged, split."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update

from app.feedback.gaps.domain import SETTLED, Counted, Example, Gap, GapState
from app.feedback.gaps.tables import GapQuestionRow, GapRow
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id

# A person counts once in a gap and once a day, however often they ask or vote.
_COUNTED = text(
    """SELECT q.gap_id, count(DISTINCT q.source) AS people, count(*) AS asked,
        min(q.at) AS first_at, max(q.at) AS last_at,
        count(DISTINCT q.source) FILTER (WHERE 'refused' = ANY(q.signs)) AS refused,
        count(DISTINCT q.source) FILTER (WHERE 'failed' = ANY(q.signs)) AS failed,
        count(DISTINCT q.source) FILTER (WHERE 'down_vote' = ANY(q.signs)) AS down_vote,
        count(DISTINCT q.source) FILTER (WHERE 'escalated' = ANY(q.signs)) AS escalated,
        count(DISTINCT q.source) FILTER (WHERE 'correction' = ANY(q.signs)) AS correction
    FROM gap_question q JOIN gap g ON g.id = q.gap_id
    WHERE g.state = ANY(:states) AND q.at >= :since AND q.signs <> '{}'
        AND (CAST(:gap_id AS uuid) IS NULL OR q.gap_id = :gap_id)
    GROUP BY q.gap_id ORDER BY people DESC, last_at DESC, q.gap_id LIMIT :limit OFFSET :offset"""
)
_TREND = text(
    """SELECT gap_id, (extract(epoch FROM (CAST(:until AS timestamptz) - at)) / 86400)::int AS ago,
        count(DISTINCT source)
    FROM gap_question WHERE gap_id = ANY(:ids) AND at >= :since AND signs <> '{}'
    GROUP BY gap_id, (extract(epoch FROM (CAST(:until AS timestamptz) - at)) / 86400)::int"""
)
SIGN_COLUMNS = ("refused", "failed", "down_vote", "escalated", "correction")


def _gap(row: GapRow) -> Gap:
    return Gap(
        row.id,
        row.title,
        row.locale,
        GapState(row.state),
        row.reason,
        row.correction_id,
        row.changed_by_name,
        row.version,
        row.created_at,
        row.settled_at,
    )


async def count_gaps(
    session: Session,
    states: Sequence[GapState],
    since: datetime,
    days: int,
    *,
    gap_id: UUID | None = None,
    offset: int = 0,
    limit: int = 50,
) -> list[Counted]:
    """Gaps somebody met with in the window, those of most people first."""
    values: dict[str, Any] = {"states": [state.value for state in states], "since": since, "gap_id": gap_id}
    rows = list((await session.execute(_COUNTED, {**values, "limit": limit, "offset": offset})).mappings())
    ids = [row["gap_id"] for row in rows]
    known = {row.id: _gap(row) for row in await session.scalars(select(GapRow).where(GapRow.id.in_(ids)))}
    trends: dict[UUID, list[int]] = {one: [0] * days for one in ids}
    for one, ago, people in await session.execute(_TREND, {"ids": ids, "since": since, "until": now()}):
        if 0 <= ago < days:
            trends[one][days - 1 - ago] += people
    return [
        Counted(
            known[row["gap_id"]],
            row["people"],
            row["asked"],
            {name: row[name] for name in SIGN_COLUMNS},
            tuple(trends[row["gap_id"]]),
            row["first_at"],
            row["last_at"],
        )
        for row in rows
        if row["gap_id"] in known
    ]


async def count_by_state(session: Session) -> dict[str, int]:
    """How many gaps are in each state."""
    counted = select(GapRow.state, func.count()).group_by(GapRow.state)
    return {row[0]: row[1] for row in await session.execute(counted)}


async def find_gap(session: Session, gap_id: UUID, *, lock: bool = False) -> Gap | None:
    """One gap."""
    row = await session.get(GapRow, gap_id, with_for_update=lock or None)
    return None if row is None else _gap(row)


async def change_gap(session: Session, gap_id: UUID, state: GapState, by: str, **columns: Any) -> Gap:
    """Another state; a settled one notes when."""
    row = await session.get_one(GapRow, gap_id)
    row.state, row.changed_by_name, row.changed_at = state.value, by, now()
    row.settled_at = now() if state in SETTLED else None
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    await session.flush()
    return _gap(row)


async def follow_correction(session: Session, gap_id: UUID, correction_id: UUID, state: GapState, by: str) -> None:
    """The gap's state as its correction has it; an open one has none."""
    row = await session.get(GapRow, gap_id, with_for_update=True)
    if row is not None:
        kept = None if state is GapState.OPEN else correction_id
        await change_gap(session, gap_id, state, by, correction_id=kept)


async def examples(session: Session, gap_id: UUID, limit: int) -> list[Example]:
    """The newest questions of a gap."""
    statement = (
        select(GapQuestionRow)
        .where(GapQuestionRow.gap_id == gap_id, GapQuestionRow.signs != [])
        .order_by(GapQuestionRow.at.desc(), GapQuestionRow.question_id)
        .limit(limit)
    )
    return [
        Example(
            row.question_id,
            row.conversation_id,
            row.message_id,
            row.text or "",
            row.locale or "",
            tuple(row.signs),
            tuple(row.reasons),
            row.at,
        )
        for row in await session.scalars(statement)
    ]


async def questions_of(session: Session, gap_id: UUID, limit: int) -> list[tuple[str, str]]:
    """The wordings in a gap with their locale, those of most people first."""
    statement = (
        select(func.min(GapQuestionRow.text), func.min(GapQuestionRow.locale))
        .where(GapQuestionRow.gap_id == gap_id, GapQuestionRow.signs != [])
        .group_by(GapQuestionRow.canonical)
        .order_by(func.count(GapQuestionRow.source.distinct()).desc(), func.min(GapQuestionRow.at))
        .limit(limit)
    )
    return [(text or "", locale or "") for text, locale in await session.execute(statement)]


async def gap_of_question(session: Session, question_id: UUID) -> Gap | None:
    """The gap a question is in."""
    statement = select(GapRow).join(GapQuestionRow, GapQuestionRow.gap_id == GapRow.id)
    row = (await session.execute(statement.where(GapQuestionRow.question_id == question_id))).scalar_one_or_none()
    return None if row is None else _gap(row)


async def move_questions(
    session: Session, from_gap: UUID, to_gap: UUID, question_ids: Sequence[UUID] | None = None
) -> int:
    """Questions go over to another gap, all of them or some."""
    statement = update(GapQuestionRow).where(GapQuestionRow.gap_id == from_gap)
    if question_ids is not None:
        statement = statement.where(GapQuestionRow.question_id.in_(question_ids))
    moved = await session.execute(statement.values(gap_id=to_gap).returning(GapQuestionRow.question_id))
    return len(moved.all())


async def wordings_among(session: Session, gap_id: UUID, question_ids: Sequence[UUID]) -> list[UUID]:
    """Of a gap those questions that are worded like one of these."""
    canonicals = select(GapQuestionRow.canonical).where(
        GapQuestionRow.gap_id == gap_id, GapQuestionRow.question_id.in_(question_ids)
    )
    same = select(GapQuestionRow.question_id).where(
        GapQuestionRow.gap_id == gap_id, GapQuestionRow.canonical.in_(canonicals)
    )
    return list((await session.execute(same)).scalars())


async def count_questions(session: Session, gap_id: UUID) -> int:
    """How many questions are in a gap, whatever became of their signs."""
    return int((await session.execute(select(func.count()).where(GapQuestionRow.gap_id == gap_id))).scalar_one())


async def first_exemplar(session: Session, gap_id: UUID) -> tuple[UUID, str, str, bool] | None:
    """The oldest question of a gap: (question, text, locale, whether it is an exemplar)."""
    statement = (
        select(GapQuestionRow)
        .where(GapQuestionRow.gap_id == gap_id)
        .order_by(GapQuestionRow.vector.is_(None), GapQuestionRow.at, GapQuestionRow.question_id)
        .limit(1)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else (row.question_id, row.text or "", row.locale or "", row.vector is not None)


async def make_exemplar(session: Session, question_id: UUID, embedder_id: UUID, vector: bytes) -> None:
    """A question stands for its gap from now on."""
    row = await session.get_one(GapQuestionRow, question_id)
    row.embedder_id, row.vector = embedder_id, vector
    await session.flush()


async def add_gap(session: Session, title: str, locale: str, by: str) -> Gap:
    """A new, open gap."""
    row = GapRow(id=new_id(), title=title, locale=locale, state=GapState.OPEN.value, changed_by_name=by, version=1)
    session.add(row)
    await session.flush()
    return _gap(row)


async def drop_gap(session: Session, gap_id: UUID) -> None:
    """A gap whose questions are elsewhere now."""
    await session.delete(await session.get_one(GapRow, gap_id))
    await session.flush()
