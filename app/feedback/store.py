"""All SQL of feedback."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts import Principal
from app.feedback.domain import Correction, CorrectionState, RatedAnswer, Rating, Reason, Review, Vote, as_prompt
from app.feedback.tables import CorrectionRow, RatingRow
from app.kernel.clock import now
from app.kernel.database import Session


def _rating(row: RatingRow) -> Rating:
    return Rating(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        vote=Vote(row.vote),
        reasons=tuple(Reason(reason) for reason in row.reasons),
        comment=row.comment,
        updated_at=row.updated_at,
    )


def _correction(row: CorrectionRow) -> Correction:
    return Correction(
        id=row.id,
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        question=row.question,
        wrong_answer=row.wrong_answer,
        right_answer=row.right_answer,
        locale=row.locale,
        prompt=as_prompt(row.prompt),
        state=CorrectionState(row.state),
        note=row.note,
        proposed_by=row.proposed_by,
        proposed_by_name=row.proposed_by_name,
        proposed_at=row.proposed_at,
        reviewed_by=row.reviewed_by,
        reviewed_by_name=row.reviewed_by_name,
        reviewed_at=row.reviewed_at,
    )


async def set_rating(
    session: Session,
    message_id: UUID,
    conversation_id: UUID,
    vote: Vote,
    reasons: Sequence[Reason],
    comment: str | None,
) -> None:
    """Keeps the newest opinion only."""
    opinion = {"vote": vote.value, "reasons": [r.value for r in reasons], "comment": comment, "updated_at": now()}
    statement = insert(RatingRow).values(
        message_id=message_id, conversation_id=conversation_id, created_at=now(), **opinion
    )
    await session.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=opinion))


async def find_ratings(session: Session, message_ids: Sequence[UUID]) -> dict[UUID, Rating]:
    """Opinions by message, for those that have one."""
    rows = (await session.execute(select(RatingRow).where(RatingRow.message_id.in_(message_ids)))).scalars()
    return {row.message_id: _rating(row) for row in rows}


async def list_liked(session: Session, limit: int) -> list[UUID]:
    """Messages voted up and never corrected, newest vote first."""
    corrected = select(CorrectionRow.message_id).where(CorrectionRow.state != CorrectionState.REJECTED.value)
    statement = (
        select(RatingRow.message_id)
        .where(RatingRow.vote == Vote.UP.value, RatingRow.message_id.not_in(corrected))
        .order_by(RatingRow.updated_at.desc())
        .limit(limit)
    )
    return list((await session.execute(statement)).scalars())


async def put_proposal(session: Session, answer: RatedAnswer, text: str, author: Principal) -> tuple[Correction, bool]:
    """The open proposal for an answer, its text replaced if there is one; also whether it is new."""
    statement = (
        select(CorrectionRow)
        .where(CorrectionRow.message_id == answer.message_id, CorrectionRow.state == CorrectionState.PROPOSED.value)
        .with_for_update()
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    is_new = row is None
    if row is None:
        row = CorrectionRow(
            message_id=answer.message_id,
            conversation_id=answer.conversation_id,
            question=answer.question,
            wrong_answer=answer.answer,
            locale=answer.locale,
            prompt=None if answer.prompt is None else list(answer.prompt),
            state=CorrectionState.PROPOSED.value,
        )
        session.add(row)
    row.right_answer = text
    row.proposed_by, row.proposed_by_name, row.proposed_at = author.id, author.name, now()
    await session.flush()
    return _correction(row), is_new


async def find_correction(session: Session, correction_id: UUID) -> Correction | None:
    """One correction."""
    row = await session.get(CorrectionRow, correction_id)
    return None if row is None else _correction(row)


async def lock_correction(session: Session, correction_id: UUID) -> Correction | None:
    """One correction, locked until the transaction ends."""
    row = await session.get(CorrectionRow, correction_id, with_for_update=True)
    return None if row is None else _correction(row)


async def review(session: Session, correction_id: UUID, word: Review, reviewer: Principal) -> Correction:
    """Writes the review; the correction must exist."""
    row = await session.get_one(CorrectionRow, correction_id)
    row.state = word.state.value
    row.right_answer = row.right_answer if word.text is None else word.text
    row.note = word.note
    row.reviewed_by, row.reviewed_by_name, row.reviewed_at = reviewer.id, reviewer.name, now()
    await session.flush()
    return _correction(row)


async def list_corrections(
    session: Session,
    *,
    state: CorrectionState | None,
    conversation_id: UUID | None,
    before: UUID | None,
    limit: int | None,
) -> list[Correction]:
    """Newest first, behind `before`; all of them without a limit."""
    statement = select(CorrectionRow).order_by(CorrectionRow.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(CorrectionRow.state == state.value)
    if conversation_id is not None:
        statement = statement.where(CorrectionRow.conversation_id == conversation_id)
    if before is not None:
        statement = statement.where(CorrectionRow.id < before)
    return [_correction(row) for row in (await session.execute(statement)).scalars()]
