"""SQL of FAQs and their phrasings."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, text, update

from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import Faq, FaqContent, FaqFilter
from app.knowledge.store.eligibility import set_channels, set_validity
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
    """A new FAQ with its phrasings that holds always and everywhere; its chunks are written apart."""
    content = FaqContent(tuple(questions), answer, tuple(tags))
    return await add_content(session, base_id, content, source, created_by)


async def add_content(session: Session, base_id: UUID, content: FaqContent, source: str, created_by: str) -> UUID:
    """A new FAQ with its phrasings; its chunks and their limits are written apart."""
    row = FaqRow(id=new_id(), base_id=base_id, source=source, created_by=created_by, updated_by=created_by)
    for name, value in _columns(content).items():
        setattr(row, name, value)
    session.add(row)
    await session.flush()
    await _add_phrasings(session, row.id, base_id, content.questions)
    return row.id


async def change_content(
    session: Session, faq_id: UUID, base_id: UUID, content: FaqContent, changed_by: str, expected: int | None = None
) -> bool:
    """Other words for a known FAQ; False when it is not at the version `expected` any more."""
    statement = update(FaqRow).where(FaqRow.id == faq_id)
    if expected is not None:
        statement = statement.where(FaqRow.version == expected)
    found = await session.execute(
        statement.values(
            **_columns(content), updated_at=now(), updated_by=changed_by, version=FaqRow.version + 1, base_id=base_id
        ).returning(FaqRow.id)
    )
    if found.scalar_one_or_none() is None:
        return False
    await session.execute(delete(FaqPhrasingRow).where(FaqPhrasingRow.faq_id == faq_id))
    await _add_phrasings(session, faq_id, base_id, content.questions)
    return True


def _columns(content: FaqContent) -> dict[str, Any]:
    return {
        "answer": content.answer,
        "tags": list(content.tags),
        "channels": list(content.channels),
        "valid_from": content.valid_from,
        "valid_until": content.valid_until,
    }


async def limit_chunks(session: Session, faq_id: UUID, content: FaqContent, before: FaqContent | None = None) -> None:
    """Lets search find an FAQ's passages only when and where it holds; before: what is in force already."""
    old = before or FaqContent((), "")
    if (content.valid_from, content.valid_until) != (old.valid_from, old.valid_until):
        await set_validity(session, faq_id, content.valid_from, content.valid_until)
    if content.channels != old.channels:
        await set_channels(session, faq_id, content.channels)


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


async def find_faqs(session: Session, faq_ids: Sequence[UUID]) -> dict[UUID, Faq]:
    """Some FAQs by id, as far as they exist."""
    found: dict[UUID, Faq] = {}
    for start in range(0, len(faq_ids), 1000):
        some = select(FaqRow).where(FaqRow.id.in_(faq_ids[start : start + 1000]))
        found.update((faq.id, faq) for faq in await _with_phrasings(session, some))
    return found


async def list_faq_rows(session: Session, wanted: FaqFilter, *, before: UUID | None, limit: int) -> list[Faq]:
    """Newest first, behind `before`."""
    statement = select(FaqRow).where(*_conditions(wanted)).order_by(FaqRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(FaqRow.id < before)
    return await _with_phrasings(session, statement)


def _conditions(wanted: FaqFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        exists().where(BaseRow.id == FaqRow.base_id, BaseRow.audience != "scratch")
    ]
    if wanted.base_id is not None:
        conditions.append(FaqRow.base_id == wanted.base_id)
    if wanted.words:
        asked = exists().where(
            FaqPhrasingRow.faq_id == FaqRow.id, FaqPhrasingRow.text.icontains(wanted.words, autoescape=True)
        )
        conditions.append(or_(FaqRow.answer.icontains(wanted.words, autoescape=True), asked))
    if wanted.tag:
        conditions.append(FaqRow.tags.contains([wanted.tag]))
    if wanted.channel:
        conditions.append(or_(FaqRow.channels == [], FaqRow.channels.contains([wanted.channel])))
    if wanted.validity == "upcoming":
        conditions.append(FaqRow.valid_from > func.now())
    elif wanted.validity == "expired":
        conditions.append(FaqRow.valid_until <= func.now())
    elif wanted.validity == "current":
        conditions.append(or_(FaqRow.valid_from.is_(None), FaqRow.valid_from <= func.now()))
        conditions.append(or_(FaqRow.valid_until.is_(None), FaqRow.valid_until > func.now()))
    return conditions


async def count_matching(session: Session, wanted: FaqFilter) -> int:
    """How many FAQs a filter lets through."""
    return int((await session.execute(select(func.count(FaqRow.id)).where(*_conditions(wanted)))).scalar_one())


async def tag_counts(session: Session, base_id: UUID | None) -> list[tuple[str, int]]:
    """The hundred commonest tags, each with how many FAQs carry it."""
    tag = func.unnest(FaqRow.tags).label("tag")
    inner = select(tag).where(*_conditions(FaqFilter(base_id=base_id))).subquery()
    counted = select(inner.c.tag, func.count()).group_by(inner.c.tag).order_by(func.count().desc(), inner.c.tag)
    return [(name, count) for name, count in await session.execute(counted.limit(100))]


_ASKING = text(
    """SELECT canonical, faq_id FROM faq_phrasing
    WHERE base_id = :base AND canonical = ANY(:canonicals) ORDER BY faq_id"""
)


async def owners_of(session: Session, base_id: UUID, canonicals: Sequence[str]) -> dict[str, UUID]:
    """Per canonical question the FAQ of the base that has it already."""
    owners: dict[str, UUID] = {}
    for start in range(0, len(canonicals), 5000):
        values = {"base": base_id, "canonicals": list(canonicals[start : start + 5000])}
        owners.update((canonical, faq_id) for canonical, faq_id in await session.execute(_ASKING, values))
    return owners


async def faqs_asking(session: Session, base_id: UUID, canonicals: Sequence[str]) -> dict[str, Faq]:
    """The same with the FAQs themselves."""
    owners = await owners_of(session, base_id, canonicals)
    known = await find_faqs(session, list(dict.fromkeys(owners.values())))
    return {canonical: known[faq_id] for canonical, faq_id in owners.items() if faq_id in known}


async def versions_of(session: Session, faq_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The edit counter of some FAQs, as far as they exist."""
    found: dict[UUID, int] = {}
    for start in range(0, len(faq_ids), 5000):
        some = select(FaqRow.id, FaqRow.version).where(FaqRow.id.in_(faq_ids[start : start + 5000]))
        found.update((faq_id, version) for faq_id, version in await session.execute(some))
    return found


async def _with_phrasings(session: Session, statement: Any) -> list[Faq]:
    rows: list[FaqRow] = list(await session.scalars(statement.execution_options(populate_existing=True)))
    said: dict[UUID, list[str]] = {row.id: [] for row in rows}
    phrasings = select(FaqPhrasingRow.faq_id, FaqPhrasingRow.text).where(FaqPhrasingRow.faq_id.in_(said))
    for faq_id, asked in await session.execute(phrasings.order_by(FaqPhrasingRow.position)):
        said[faq_id].append(asked)
    return [_faq(row, said[row.id]) for row in rows]


def _faq(row: FaqRow, questions: Sequence[str]) -> Faq:
    return Faq(
        id=row.id,
        base_id=row.base_id,
        questions=tuple(questions),
        answer=row.answer,
        tags=tuple(row.tags),
        source=row.source,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        channels=tuple(row.channels),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        version=row.version,
        updated_by=row.updated_by,
    )


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


async def readable_bases(session: Session) -> list[tuple[UUID, str]]:
    """The bases people read, by name."""
    rows = await session.execute(
        select(BaseRow.id, BaseRow.name).where(BaseRow.audience != "scratch").order_by(BaseRow.name)
    )
    return [(base_id, name) for base_id, name in rows]


async def channels_named(session: Session) -> list[str]:
    """Every channel that a base or an FAQ names."""
    either = text(
        "SELECT DISTINCT channel FROM (SELECT unnest(channels) AS channel FROM base WHERE audience <> 'scratch'"
        " UNION ALL SELECT unnest(channels) FROM faq) named ORDER BY channel LIMIT 100"
    )
    return [channel for (channel,) in await session.execute(either)]
