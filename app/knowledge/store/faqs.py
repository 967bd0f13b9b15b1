"""SQL of FAQs and their phrasings."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert

from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.canonical import canonical_text
from app.knowledge.tables import FaqPhrasingRow, FaqRow


async def add_faq_row(
    session: Session,
    base_id: UUID,
    questions: Sequence[str],
    answer: str,
    tags: Sequence[str],
    source: str,
    created_by: str,
) -> UUID:
    """A new FAQ with its phrasings; its chunks are written apart."""
    row = FaqRow(id=new_id(), base_id=base_id, answer=answer, tags=list(tags), source=source, created_by=created_by)
    session.add(row)
    await session.flush()
    await set_phrasings(session, row.id, base_id, questions)
    return row.id


async def set_phrasings(session: Session, faq_id: UUID, base_id: UUID, questions: Sequence[str]) -> None:
    """Adds the ways to ask, in order."""
    await session.execute(
        insert(FaqPhrasingRow),
        [
            {
                "id": new_id(),
                "faq_id": faq_id,
                "base_id": base_id,
                "position": position,
                "text": question,
                "canonical": canonical_text(question),
            }
            for position, question in enumerate(questions)
        ],
    )
