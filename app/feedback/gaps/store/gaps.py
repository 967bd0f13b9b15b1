"""SQL of gaps and the questions in them."""

from uuid import UUID

from sqlalchemy import func, select

from app.feedback.gaps.tables import GapQuestionRow
from app.kernel.database import Session


async def questions_of(session: Session, gap_id: UUID, limit: int) -> list[tuple[str, str]]:
    """The wordings in a gap with their locale, those asked most often first."""
    statement = (
        select(func.min(GapQuestionRow.text), func.min(GapQuestionRow.locale))
        .where(GapQuestionRow.gap_id == gap_id, GapQuestionRow.signs != [])
        .group_by(GapQuestionRow.canonical)
        .order_by(func.count(GapQuestionRow.source.distinct()).desc(), func.min(GapQuestionRow.at))
        .limit(limit)
    )
    return [(text or "", locale or "") for text, locale in await session.execute(statement)]
