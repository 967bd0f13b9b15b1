"""SQL of FAQs and their phrasings."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, insert, or_, select, tuple_, update

from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import Faq
from app.knowledge.tables import BaseRow, FaqPhrasingRow, FaqRow


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
    await _add_phrasings(session, row.id, base_id, questions)
    return row.id


async def change_faq_row(
    session: Session, faq_id: UUID, base_id: UUID, questions: Sequence[str], answer: str, tags: Sequence[str]
) -> None:
    """Other words for a known FAQ."""
    await session.execute(
        update(FaqRow).where(FaqRow.id == faq_id).values(answer=answer, tags=list(tags), updated_at=now())
    )
    await session.execute(delete(FaqPhrasingRow).where(FaqPhrasingRow.faq_id == faq_id))
    await _add_phrasings(session, faq_id, base_id, questions)


async def _add_phrasings(session: Session, faq_id: UUID, base_id: UUID, questions: Sequence[str]) -> None:
    rows = [
        {
            "id": new_id(),
            "faq_id": faq_id,
            "base_id": base_id,
            "position": position,
            "text": question,
            "canonical": canonical_text(question),
        }
        for position, question in enumerate(questions)
    ]
    await session.execute(insert(FaqPhrasingRow), rows)


async def remove_faq_row(session: Session, faq_id: UUID) -> None:
    """The FAQ, its phrasings and whatever chunks it still has."""
    await session.execute(delete(FaqRow).where(FaqRow.id == faq_id))


async def find_faq(session: Session, faq_id: UUID) -> Faq | None:
    """One FAQ with its phrasings."""
    found = await _with_phrasings(session, select(FaqRow).where(FaqRow.id == faq_id))
    return found[0] if found else None


async def list_faq_rows(
    session: Session, *, base_id: UUID | None, words: str, before: UUID | None, limit: int
) -> list[Faq]:
    """Newest first; `words` must occur in the answer or one of the phrasings."""
    statement = (
        select(FaqRow)
        .join(BaseRow, BaseRow.id == FaqRow.base_id)
        .where(BaseRow.audience != "scratch")
        .order_by(FaqRow.id.desc())
        .limit(limit)
    )
    if base_id is not None:
        statement = statement.where(FaqRow.base_id == base_id)
    if before is not None:
        statement = statement.where(FaqRow.id < before)
    if words:
        asked = exists().where(
            FaqPhrasingRow.faq_id == FaqRow.id, FaqPhrasingRow.text.icontains(words, autoescape=True)
        )
        statement = statement.where(or_(FaqRow.answer.icontains(words, autoescape=True), asked))
    return await _with_phrasings(session, statement)


async def faqs_asking(session: Session, base_id: UUID, canonicals: Sequence[str]) -> dict[str, Faq]:
    """Per canonical question the FAQ of the base that has it already."""
    pairs = select(FaqPhrasingRow.canonical, FaqPhrasingRow.faq_id).where(
        tuple_(FaqPhrasingRow.base_id, FaqPhrasingRow.canonical).in_([(base_id, one) for one in canonicals])
    )
    owners = {row.canonical: row.faq_id for row in await session.execute(pairs)}
    statement = select(FaqRow).where(FaqRow.id.in_(set(owners.values())))
    known = {faq.id: faq for faq in await _with_phrasings(session, statement)}
    return {canonical: known[faq_id] for canonical, faq_id in owners.items() if faq_id in known}


async def _with_phrasings(session: Session, statement: Any) -> list[Faq]:
    rows: list[FaqRow] = list(await session.scalars(statement))
    said: dict[UUID, list[str]] = {row.id: [] for row in rows}
    phrasings = select(FaqPhrasingRow.faq_id, FaqPhrasingRow.text).where(FaqPhrasingRow.faq_id.in_(said))
    for faq_id, text in await session.execute(phrasings.order_by(FaqPhrasingRow.position)):
        said[faq_id].append(text)
    return [
        Faq(
            row.id,
            row.base_id,
            tuple(said[row.id]),
            row.answer,
            tuple(row.tags),
            row.source,
            row.created_by,
            row.created_at,
            row.updated_at,
        )
        for row in rows
    ]


async def count_faqs(session: Session, base_id: UUID | None = None) -> int:
    """How many there are, in one base or in all."""
    statement = select(func.count(FaqRow.id))
    if base_id is not None:
        statement = statement.where(FaqRow.base_id == base_id)
    return int((await session.execute(statement)).scalar_one())


async def sample_questions(session: Session, count: int) -> list[tuple[UUID, str]]:
    """Some phrasings from all over the bases that people read, each with its FAQ; the same ones every time."""
    rows = await session.execute(
        select(FaqPhrasingRow.faq_id, FaqPhrasingRow.text)
        .join(BaseRow, BaseRow.id == FaqPhrasingRow.base_id)
        .where(BaseRow.audience != "scratch")
        .order_by(func.md5(FaqPhrasingRow.canonical), FaqPhrasingRow.id)
        .limit(count)
    )
    return [(faq_id, asked) for faq_id, asked in rows]
