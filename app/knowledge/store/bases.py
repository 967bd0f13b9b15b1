"""SQL of bases: make, find, list, change, drop."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, or_, select, text, update

from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.bases.domain import Base, BaseSettings, Content
from app.knowledge.domain import Audience
from app.knowledge.feeds.tables import FeedRow
from app.knowledge.store.embedders import lock_embedders
from app.knowledge.tables import BaseRow, DocumentRow, DocumentVersionRow, FaqRow

NAMES = 8_200_001
_DOCUMENTS = (
    select(func.count(DocumentRow.id))
    .where(DocumentRow.base_id == BaseRow.id, DocumentRow.deleted_at.is_(None))
    .correlate(BaseRow)
    .scalar_subquery()
)
_SOURCES = select(func.count(FeedRow.id)).where(FeedRow.base_id == BaseRow.id).correlate(BaseRow).scalar_subquery()
_FAQS = select(func.count(FaqRow.id)).where(FaqRow.base_id == BaseRow.id).correlate(BaseRow).scalar_subquery()


_KEPT = (
    select(DocumentVersionRow.blob_key, DocumentVersionRow.size_bytes)
    .join(DocumentRow, DocumentRow.id == DocumentVersionRow.document_id)
    .where(DocumentRow.base_id == BaseRow.id, DocumentRow.deleted_at.is_(None))
    .distinct()
    .correlate(BaseRow)
    .subquery()
    .lateral()
)
_BYTES = select(func.coalesce(func.sum(_KEPT.c.size_bytes), 0)).correlate(BaseRow).scalar_subquery()


async def add_base(session: Session, name: str, *, locale: str = "zh-CN", audience: str = "public") -> UUID:
    """A new, empty base."""
    row = BaseRow(id=new_id(), name=name, locale=locale, audience=audience)
    session.add(row)
    await session.flush()
    return row.id


async def base_exists(session: Session, base_id: UUID) -> bool:
    """Whether there is such a base."""
    return await session.get(BaseRow, base_id) is not None


def _counted() -> Select[Any]:
    """Bases that people know of, with what is in them."""
    return select(BaseRow, _DOCUMENTS, _FAQS, _SOURCES, _BYTES).where(BaseRow.audience != Audience.SCRATCH.value)


def _base(row: Any) -> Base:
    base, documents, faqs, sources, size = row
    settings = BaseSettings(
        base.name,
        base.locale,
        Audience(base.audience),
        tuple(base.tiers),
        tuple(base.channels),
        base.priority,
        base.most_documents,
        base.most_bytes,
    )
    content = Content(documents, faqs, base.chunk_count, sources, int(size))
    return Base(base.id, settings, base.revision, content, base.created_at, base.updated_at)


async def find_base(session: Session, base_id: UUID) -> Base | None:
    """One base with its counts, as the database has it now."""
    statement = _counted().where(BaseRow.id == base_id).execution_options(populate_existing=True)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else _base(row)


async def list_bases(session: Session, *, after: tuple[int, UUID] | None, limit: int) -> list[Base]:
    """Highest priority first, then the oldest, behind (priority, id)."""
    statement = _counted().order_by(BaseRow.priority.desc(), BaseRow.id).limit(limit)
    if after is not None:
        priority, base_id = after
        same = (BaseRow.priority == priority) & (BaseRow.id > base_id)
        statement = statement.where(or_(BaseRow.priority < priority, same))
    return [_base(row) for row in await session.execute(statement)]


async def base_named(session: Session, name: str) -> UUID | None:
    """The base of a name, capitals aside; until the transaction ends nobody else looks for a free name."""
    await session.execute(select(func.pg_advisory_xact_lock(NAMES)))
    statement = select(BaseRow.id).where(
        func.lower(BaseRow.name) == func.lower(name), BaseRow.audience != Audience.SCRATCH.value
    )
    found: UUID | None = await session.scalar(statement.limit(1))
    return found


def _columns(settings: BaseSettings) -> dict[str, Any]:
    return {
        "name": settings.name,
        "locale": settings.locale,
        "audience": settings.audience.value,
        "tiers": list(settings.tiers),
        "channels": list(settings.channels),
        "priority": settings.priority,
        "most_documents": settings.most_documents,
        "most_bytes": settings.most_bytes,
    }


async def add_base_row(session: Session, settings: BaseSettings) -> UUID:
    """A new, empty base."""
    row = BaseRow(id=new_id(), **_columns(settings))
    session.add(row)
    await session.flush()
    return row.id


async def change_base_row(session: Session, base_id: UUID, settings: BaseSettings) -> None:
    """Writes settings as the next revision; whatever is remembered about the base's answers is outdated."""
    counted = {"revision": BaseRow.revision + 1, "version": BaseRow.version + 1, "updated_at": now()}
    await session.execute(update(BaseRow).where(BaseRow.id == base_id).values(**_columns(settings), **counted))


async def lock_base(session: Session, base_id: UUID) -> bool:
    """Keeps a base as it is until the transaction ends; False when there is none."""
    statement = select(BaseRow.id).where(BaseRow.id == base_id, BaseRow.audience != Audience.SCRATCH.value)
    return (await session.scalar(statement.with_for_update())) is not None


async def lock_documents(session: Session, base_id: UUID) -> None:
    """Keeps the documents of a base as they are until the transaction ends."""
    statement = select(DocumentRow.id).where(DocumentRow.base_id == base_id).order_by(DocumentRow.id)
    await session.execute(statement.with_for_update())


async def blob_keys(session: Session, base_id: UUID) -> list[str]:
    """Where the bytes of every version of its documents are; of deleted ones they are gone already."""
    statement = (
        select(DocumentVersionRow.blob_key)
        .join(DocumentRow, DocumentRow.id == DocumentVersionRow.document_id)
        .where(DocumentRow.base_id == base_id, DocumentRow.deleted_at.is_(None))
    )
    return list(await session.scalars(statement))


async def drop_base(session: Session, base_id: UUID) -> None:
    """Removes a base with everything in it."""
    await lock_embedders(session, shared=True)
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    await session.execute(delete(BaseRow).where(BaseRow.id == base_id))


async def knowledge_version(session: Session, base_ids: Sequence[UUID] | None) -> int:
    """One number that rises with every change of any of the bases; None: of all."""
    total = select(func.coalesce(func.sum(BaseRow.version), 0) + func.count(BaseRow.id))
    if base_ids is not None:
        total = total.where(BaseRow.id.in_(base_ids))
    return int((await session.execute(total)).scalar_one())


async def add_plain_documents(session: Session, base_id: UUID, named: Sequence[tuple[str, str]]) -> list[UUID]:
    """Ready documents without files, as evaluations and benchmarks use. named: (title, source) of each."""
    rows = [
        {
            "id": new_id(),
            "base_id": base_id,
            "title": title,
            "source": source,
            "file_name": source,
            "media_type": "text/plain",
            "size_bytes": 0,
            "sha256": "",
            "blob_key": "",
            "status": "ready",
            "version": 1,
        }
        for title, source in named
    ]
    await session.execute(insert(DocumentRow), rows)
    return [row["id"] for row in rows]  # type: ignore[misc]  # the one column that is a UUID
