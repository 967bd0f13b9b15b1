"""SQL of votes and of suggested replies."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.feedback.corrections.domain import CorrectionState
from app.feedback.corrections.tables import CorrectionRow
from app.feedback.domain import Rating, Reason, SuggestionPair, Vote
from app.feedback.tables import RatingRow, SuggestionPairRow
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


async def list_liked(session: Session, limit: int, per_conversation: int, *, others_last: bool = False) -> list[UUID]:
    """Messages voted up and never corrected, newest vote first; of one conversation the newest few only.

    others_last: the others of that conversation follow after everybody's few, for those who count what they leave out.
    """
    corrected = select(CorrectionRow.message_id).where(CorrectionRow.state != CorrectionState.REJECTED.value)
    place = func.row_number().over(
        partition_by=RatingRow.conversation_id, order_by=(RatingRow.updated_at.desc(), RatingRow.message_id)
    )
    liked = (
        select(RatingRow.message_id, RatingRow.updated_at, place.label("place"))
        .where(RatingRow.vote == Vote.UP.value, RatingRow.message_id.not_in(corrected))
        .subquery()
    )
    over = liked.c.place > per_conversation
    statement = select(liked.c.message_id).order_by(over, liked.c.updated_at.desc(), liked.c.message_id).limit(limit)
    if not others_last:
        statement = statement.where(~over)
    return list((await session.execute(statement)).scalars())


async def keep_pair(session: Session, pair: dict[str, Any]) -> None:
    """A suggested reply and what was sent; once for a message."""
    statement = insert(SuggestionPairRow).values(**pair, created_at=now())
    await session.execute(statement.on_conflict_do_nothing(index_elements=["message_id"]))


async def list_pairs(session: Session, *, edited: bool | None, before: UUID | None, limit: int) -> list[SuggestionPair]:
    """Newest first, behind `before`."""
    statement = select(SuggestionPairRow).order_by(SuggestionPairRow.message_id.desc()).limit(limit)
    if edited is not None:
        statement = statement.where(SuggestionPairRow.edited.is_(edited))
    if before is not None:
        statement = statement.where(SuggestionPairRow.message_id < before)
    return [
        SuggestionPair(
            row.message_id, row.conversation_id, row.suggested, row.sent, row.edited, row.staff_id, row.created_at
        )
        for row in (await session.execute(statement)).scalars()
    ]
