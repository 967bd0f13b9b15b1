"""SQL of the shelf: the list with its filters and orders, figures, cards, versions, and reviews that are due."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Text, Uuid, and_, cast, exists, func, or_, select, text, tuple_, update
from sqlalchemy import literal as value
from sqlalchemy.dialects.postgresql import JSONB

from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.paging import BadCursor
from app.knowledge.drafts.tables import DraftRow
from app.knowledge.feeds.tables import FeedItemRow
from app.knowledge.lexical import BIGRAM, UNIGRAM, WORD, terms_of
from app.knowledge.ports import UseCount
from app.knowledge.shelf.domain import SOON_DAYS, Listed, Sort, Version, Wanted
from app.knowledge.store.chunks import KEY_SPACE, KEY_STEP
from app.knowledge.store.documents import DocumentRecord
from app.knowledge.store.documents import find_document as find_document
from app.knowledge.tables import BaseRow, ChunkRow, DocumentRow, DocumentVersionRow, FaqRow

_FIELDS = [getattr(DocumentRow, name) for name in DocumentRecord.__dataclass_fields__]
_DRAFTED = exists().where(DraftRow.document_id == DocumentRow.id)
_VERSION = [getattr(DocumentVersionRow, name) for name in Version.__dataclass_fields__]
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
MOST_TERMS = 60


def _uses(uses: dict[UUID, UseCount]) -> ColumnElement[int]:
    """How often a document was quoted, out of counts that came from another room."""
    if not uses:
        return value(0)
    counted = cast({str(id): use.answers for id, use in uses.items()}, JSONB)
    return func.coalesce(cast(counted.op("->>")(cast(DocumentRow.id, Text)), Integer), 0)


def _order(sort: Sort, uses: dict[UUID, UseCount]) -> ColumnElement[Any]:
    orders: dict[str, ColumnElement[Any]] = {
        "created": DocumentRow.created_at.expression,
        "updated": DocumentRow.updated_at.expression,
        "title": func.lower(DocumentRow.title),
        "size": DocumentRow.size_bytes.expression,
        "chunks": DocumentRow.chunk_count.expression,
        "valid_until": func.coalesce(DocumentRow.valid_until, NEVER),
        "review": func.coalesce(DocumentRow.review_on, NEVER.date()),
    }
    return _uses(uses) if sort == "uses" else orders[sort]


def _key_of(sort: Sort, said: str) -> Any:
    """The value a cursor stands for. Raises BadCursor."""
    try:
        if sort in ("created", "updated", "valid_until"):
            return datetime.fromisoformat(said).astimezone(UTC)
        if sort == "review":
            return date.fromisoformat(said)
        if sort == "title":
            return said.replace("\x00", "")
        number = int(said)
    except (ValueError, OverflowError):
        raise BadCursor from None
    if abs(number) >= 2**62:
        raise BadCursor
    return number


def _filtered(statement: Any, wanted: Wanted) -> Any:
    row = DocumentRow
    scratch = select(BaseRow.id).where(BaseRow.audience == "scratch")
    conditions: list[ColumnElement[bool]] = [row.deleted_at.is_(None)]
    conditions.append(row.base_id.not_in(scratch) if wanted.base_id is None else row.base_id == wanted.base_id)
    if wanted.statuses:
        conditions.append(row.status.in_(wanted.statuses))
    if wanted.owner is not None:
        conditions.append(row.owner == wanted.owner)
    if wanted.tag is not None:
        conditions.append(row.tags.contains([wanted.tag]))
    if wanted.disabled is not None:
        conditions.append(row.disabled_at.is_not(None) if wanted.disabled else row.disabled_at.is_(None))
    if wanted.expiring:
        conditions.append(row.valid_until <= now() + timedelta(days=SOON_DAYS))
    if wanted.needs_review:
        conditions.append(row.review_due_at.is_not(None))
    if wanted.words:
        columns = (row.title, row.file_name, row.source)
        named = [column.icontains(wanted.words, autoescape=True) for column in columns]
        conditions.append(or_(*named, row.id.in_(_with_words(wanted.words))))
    return statement.where(and_(*conditions))


_WITH_WORDS = """
    SELECT c.document_id FROM base b
    JOIN chunk_terms t ON t.keys @> (
        SELECT array_agg(((term + b.number::bigint * {step}) % {space})::int) FROM unnest(CAST(:terms AS int[])) term)
    JOIN chunk c ON c.id = t.chunk_id WHERE c.document_id IS NOT NULL"""


def _with_words(words: str) -> Any:
    """Documents with a passage that has every character and word of these; found by the index of search."""
    terms = terms_of(words)
    plain = [
        term
        for term, kind in zip(terms.ids.tolist(), terms.kinds.tolist(), strict=True)
        if kind in (UNIGRAM, BIGRAM, WORD)
    ]
    statement = text(_WITH_WORDS.format(step=KEY_STEP, space=KEY_SPACE) if plain else "SELECT NULL::uuid WHERE false")
    if plain:
        statement = statement.bindparams(terms=plain[:MOST_TERMS])
    return statement.columns(document_id=Uuid)


async def list_documents(
    session: Session,
    wanted: Wanted,
    *,
    sort: Sort,
    rising: bool,
    behind: tuple[str, UUID] | None,
    limit: int,
    uses: dict[UUID, UseCount],
) -> list[Listed]:
    """Documents in order, behind a place in it. Raises BadCursor."""
    key = _order(sort, uses)
    statement = _filtered(
        select(*_FIELDS, BaseRow.name, _DRAFTED, key.label("key")).join(BaseRow, BaseRow.id == DocumentRow.base_id),
        wanted,
    )
    if behind is not None:
        place = tuple_(value(_key_of(sort, behind[0])), value(behind[1], Uuid))
        here = tuple_(key, DocumentRow.id)
        statement = statement.where(here > place if rising else here < place)
    order = (key.asc(), DocumentRow.id.asc()) if rising else (key.desc(), DocumentRow.id.desc())
    found = await session.execute(statement.order_by(*order).limit(limit))
    return [
        Listed(DocumentRecord(*row[:-3]), row[-3], uses.get(row[0]), _said(row[-1]), row[-2])
        for row in (tuple(one) for one in found)
    ]


def _said(key: object) -> str:
    return key.isoformat() if isinstance(key, datetime | date) else str(key)


async def count_documents(session: Session, wanted: Wanted) -> tuple[int, int]:
    """How many documents match, and how many chunks they have."""
    statement = _filtered(select(func.count(), func.coalesce(func.sum(DocumentRow.chunk_count), 0)), wanted)
    documents, chunks = (await session.execute(statement)).one()
    return int(documents), int(chunks)


async def owners_and_tags(session: Session) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[UUID, str], ...]]:
    """Every owner, tag and base there is to choose from."""
    alive = DocumentRow.deleted_at.is_(None)
    owners = select(DocumentRow.owner).where(alive, DocumentRow.owner != "").distinct().order_by(DocumentRow.owner)
    tag = func.unnest(DocumentRow.tags)
    tags = select(tag).where(alive).distinct().order_by(tag)
    bases = (
        select(BaseRow.id, BaseRow.name)
        .where(BaseRow.audience != "scratch")
        .order_by(BaseRow.priority.desc(), BaseRow.name)
    )
    return (
        tuple(await session.scalars(owners)),
        tuple(await session.scalars(tags)),
        tuple((base_id, name) for base_id, name in await session.execute(bases)),
    )


async def base_name(session: Session, base_id: UUID) -> str:
    """A base's name."""
    return str(await session.scalar(select(BaseRow.name).where(BaseRow.id == base_id)) or "")


async def lock_document(session: Session, document_id: UUID) -> DocumentRecord | None:
    """A document that is not deleted; whoever else changes it waits."""
    statement = select(*_FIELDS).where(DocumentRow.id == document_id, DocumentRow.deleted_at.is_(None))
    row = (await session.execute(statement.with_for_update(of=DocumentRow))).one_or_none()
    return None if row is None else DocumentRecord(*row)


async def set_card(session: Session, document_id: UUID, **values: object) -> None:
    """Owner, tags, validity, review date, or whether it is disabled."""
    await session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(**values))


async def set_base(session: Session, document_id: UUID, base_id: UUID) -> None:
    """Says which base a document and its chunks belong to; they must be out of the index."""
    await session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(base_id=base_id))
    await session.execute(update(ChunkRow).where(ChunkRow.document_id == document_id).values(base_id=base_id))


async def is_synced(session: Session, document_id: UUID) -> bool:
    """Whether a source keeps this document."""
    return bool(await session.scalar(select(exists().where(FeedItemRow.document_id == document_id))))


async def source_taken(session: Session, base_id: UUID, source: str) -> bool:
    """Whether a base has a document of this source."""
    row = DocumentRow
    taken = exists().where(row.base_id == base_id, row.source == source, row.deleted_at.is_(None))
    return bool(await session.scalar(select(taken)))


async def list_versions(session: Session, document_id: UUID) -> list[Version]:
    """Every version that was accepted, the newest first."""
    statement = (
        select(*_VERSION)
        .where(DocumentVersionRow.document_id == document_id)
        .order_by(DocumentVersionRow.number.desc())
    )
    return [Version(*row) for row in await session.execute(statement)]


async def note_version(session: Session, document_id: UUID, number: int, **values: object) -> None:
    """More about a version."""
    row = DocumentVersionRow
    await session.execute(update(row).where(row.document_id == document_id, row.number == number).values(**values))


async def mark_due(session: Session, today: date) -> int:
    """Marks documents whose review date has come; how many were newly marked."""
    statement = (
        update(DocumentRow)
        .where(DocumentRow.review_on <= today, DocumentRow.review_due_at.is_(None), DocumentRow.deleted_at.is_(None))
        .values(review_due_at=now())
        .returning(DocumentRow.id)
    )
    return len((await session.execute(statement)).all())


async def faqs_from(session: Session, document: DocumentRecord) -> int:
    """How many FAQs name this document as their source."""
    names = {document.source, document.file_name, document.title, str(document.id)}
    statement = select(func.count()).where(FaqRow.base_id == document.base_id, FaqRow.source.in_(names))
    return int(await session.scalar(statement) or 0)


async def chunk_ids(session: Session, document_id: UUID) -> Sequence[UUID]:
    """The chunks a document has now."""
    return list(await session.scalars(select(ChunkRow.id).where(ChunkRow.document_id == document_id)))


def as_values(change: Any, given: frozenset[str]) -> dict[str, object]:
    """The named fields of a change."""
    return {name: field for name, field in asdict(change).items() if name in given}
