"""SQL of bases: make, find, drop."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text

from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.store.embedders import lock_embedders
from app.knowledge.tables import BaseRow, DocumentRow


async def add_base(session: Session, name: str, *, locale: str = "zh-CN", audience: str = "public") -> UUID:
    """A new, empty base."""
    row = BaseRow(id=new_id(), name=name, locale=locale, audience=audience)
    session.add(row)
    await session.flush()
    return row.id


async def base_exists(session: Session, base_id: UUID) -> bool:
    """Whether there is such a base."""
    return await session.get(BaseRow, base_id) is not None


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
