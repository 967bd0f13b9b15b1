"""SQL of moving FAQs."""

from uuid import UUID

from sqlalchemy import select, update

from app.kernel.clock import now
from app.kernel.database import Session
from app.knowledge.tables import ChunkRow, FaqPhrasingRow, FaqRow


async def passages_of(session: Session, faq_id: UUID) -> dict[str, UUID]:
    """The passage of each way to ask."""
    rows = await session.execute(select(ChunkRow.question, ChunkRow.id).where(ChunkRow.faq_id == faq_id))
    return {question: chunk_id for question, chunk_id in rows if question is not None}


async def set_base(session: Session, faq_id: UUID, base_id: UUID, expected: int, by: str) -> bool:
    """The FAQ and its ways to ask belong to another base; False when it is not at the version `expected` any more."""
    moved = (
        update(FaqRow)
        .where(FaqRow.id == faq_id, FaqRow.version == expected)
        .values(base_id=base_id, version=FaqRow.version + 1, updated_at=now(), updated_by=by)
    )
    if (await session.execute(moved.returning(FaqRow.id))).scalar_one_or_none() is None:
        return False
    await session.execute(update(FaqPhrasingRow).where(FaqPhrasingRow.faq_id == faq_id).values(base_id=base_id))
    return True
