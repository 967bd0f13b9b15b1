"""SQL of the signs that an answer was no good, and of the questions that wait to be grouped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update

from app.feedback.gaps.domain import Waiting
from app.feedback.gaps.tables import GapFitRow, GapQuestionRow, GapRow
from app.kernel.clock import now
from app.kernel.database import Session

_ADD = text(
    """INSERT INTO gap_question (question_id, conversation_id, message_id, signs, reasons, at)
    VALUES (:question_id, :conversation_id, :message_id, ARRAY[:sign], CAST(:reasons AS text[]), :at)
    ON CONFLICT (question_id) DO UPDATE SET
        signs = CASE WHEN :sign = ANY(gap_question.signs) THEN gap_question.signs ELSE gap_question.signs || :sign END,
        reasons = ARRAY(SELECT DISTINCT unnest(gap_question.reasons || excluded.reasons) ORDER BY 1)"""
)
_REMOVE = text(
    """UPDATE gap_question SET signs = array_remove(signs, :sign), reasons = '{}' WHERE message_id = :message_id"""
)
_PLACE = text(
    """UPDATE gap_question q SET text = n.text, canonical = n.canonical, locale = n.locale, source = n.source,
        gap_id = n.gap_id, embedder_id = CASE WHEN n.vector IS NULL THEN NULL ELSE CAST(:embedder_id AS uuid) END,
        vector = n.vector
    FROM unnest(CAST(:ids AS uuid[]), CAST(:texts AS text[]), CAST(:canonicals AS text[]), CAST(:locales AS text[]),
        CAST(:sources AS text[]), CAST(:gaps AS uuid[]), CAST(:vectors AS bytea[]))
        AS n(question_id, text, canonical, locale, source, gap_id, vector)
    WHERE q.question_id = n.question_id AND q.gap_id IS NULL"""
)


async def add_sign(
    session: Session,
    question_id: UUID,
    conversation_id: UUID,
    message_id: UUID | None,
    sign: str,
    reasons: Sequence[str] = (),
    at: datetime | None = None,
) -> None:
    """One more sign for a question; the same one again changes nothing."""
    values = {"question_id": question_id, "conversation_id": conversation_id, "message_id": message_id, "sign": sign}
    await session.execute(_ADD, {**values, "reasons": list(reasons), "at": at or now()})


async def remove_sign(session: Session, message_id: UUID, sign: str) -> None:
    """A customer thought better of it."""
    await session.execute(_REMOVE, {"message_id": message_id, "sign": sign})


async def waiting_ids(session: Session, limit: int) -> list[UUID]:
    """Questions in no gap yet, the oldest first."""
    statement = (
        select(GapQuestionRow.question_id)
        .where(GapQuestionRow.gap_id.is_(None), GapQuestionRow.text.is_(None))
        .order_by(GapQuestionRow.at, GapQuestionRow.question_id)
        .limit(limit)
    )
    return list((await session.execute(statement)).scalars())


async def count_waiting(session: Session) -> int:
    """How many are in no gap yet."""
    statement = select(func.count()).where(GapQuestionRow.gap_id.is_(None), GapQuestionRow.text.is_(None))
    return int((await session.execute(statement)).scalar_one())


async def forget(session: Session, question_ids: Sequence[UUID]) -> None:
    """Signs of questions that are no longer kept."""
    await session.execute(delete(GapQuestionRow).where(GapQuestionRow.question_id.in_(question_ids)))


async def gaps_asking(session: Session, canonicals: Sequence[str]) -> dict[str, UUID]:
    """The gap in which a wording already is; of several, where it came last."""
    statement = (
        select(GapQuestionRow.canonical, GapQuestionRow.gap_id)
        .where(GapQuestionRow.canonical.in_(canonicals), GapQuestionRow.gap_id.is_not(None))
        .order_by(GapQuestionRow.at, GapQuestionRow.question_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement) if row[0] and row[1]}


async def add_gaps(session: Session, gaps: Sequence[tuple[UUID, str, str]]) -> None:
    """New, open gaps: (id, title, locale)."""
    session.add_all(GapRow(id=gap_id, title=title, locale=locale, state="open") for gap_id, title, locale in gaps)
    await session.flush()


async def place(
    session: Session,
    embedder_id: UUID,
    placed: Sequence[tuple[Waiting, UUID, bytes | None]],
) -> None:
    """Puts questions into their gaps; a vector makes one an exemplar."""
    values: dict[str, Any] = {
        "embedder_id": embedder_id,
        "ids": [one.question_id for one, _, _ in placed],
        "texts": [one.text for one, _, _ in placed],
        "canonicals": [one.canonical for one, _, _ in placed],
        "locales": [one.locale for one, _, _ in placed],
        "sources": [one.source for one, _, _ in placed],
        "gaps": [gap_id for _, gap_id, _ in placed],
        "vectors": [vector for _, _, vector in placed],
    }
    await session.execute(_PLACE, values)


async def exemplars(session: Session) -> list[tuple[UUID, UUID, str, UUID | None, bytes]]:
    """Every exemplar as (question, gap, text, embedder, vector), the first of each gap before its others."""
    statement = (
        select(
            GapQuestionRow.question_id,
            GapQuestionRow.gap_id,
            GapQuestionRow.text,
            GapQuestionRow.embedder_id,
            GapQuestionRow.vector,
        )
        .where(GapQuestionRow.vector.is_not(None), GapQuestionRow.gap_id.is_not(None))
        .order_by(GapQuestionRow.at, GapQuestionRow.question_id)
    )
    rows = await session.execute(statement)
    return [(row[0], row[1], row[2] or "", row[3], row[4]) for row in rows if row[1] and row[4]]


async def renew_vectors(session: Session, embedder_id: UUID, renewed: Sequence[tuple[UUID, bytes]]) -> None:
    """Vectors of exemplars by another embedder."""
    for question_id, vector in renewed:
        await session.execute(
            update(GapQuestionRow)
            .where(GapQuestionRow.question_id == question_id)
            .values(embedder_id=embedder_id, vector=vector)
        )


async def find_fit(session: Session, embedder_id: UUID) -> tuple[float, dict[str, Any]] | None:
    """How alike two questions must be under an embedder, with the figures of its fitting."""
    row = await session.get(GapFitRow, embedder_id)
    return None if row is None else (row.least, row.figures)


async def keep_fit(session: Session, embedder_id: UUID, least: float, figures: dict[str, Any]) -> None:
    """Keeps it."""
    await session.merge(GapFitRow(embedder_id=embedder_id, least=least, figures=figures, fitted_at=now()))
    await session.flush()


_REOPEN = text(
    """UPDATE gap SET state = 'open', settled_at = NULL, correction_id = NULL, changed_at = :at, version = version + 1
    WHERE state = 'published' AND id = ANY(:ids) AND :enough <= (
        SELECT count(DISTINCT source) FROM gap_question q
        WHERE q.gap_id = gap.id AND q.at > gap.settled_at AND q.signs <> '{}')"""
)


async def reopen_asked_again(session: Session, gap_ids: Sequence[UUID], enough: int) -> None:
    """Published gaps that so many people have met with since are open again."""
    await session.execute(_REOPEN, {"ids": list(gap_ids), "enough": enough, "at": now()})
