"""SQL of quotas: what is held, and how much may be."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select

from app.kernel.database import Session
from app.knowledge.domain import Audience
from app.knowledge.tables import BaseRow, DocumentRow, DocumentVersionRow

COMPANY = 8_200_002


@dataclass(frozen=True)
class Limits:
    """The most a base may hold; None: no limit."""

    documents: int | None
    bytes: int | None


@dataclass(frozen=True)
class Held:
    """Documents that are not deleted, and the bytes of all their kept versions."""

    documents: int
    bytes: int


async def base_limits(session: Session, base_id: UUID) -> Limits | None:
    """None when there is no such base."""
    statement = select(BaseRow.most_documents, BaseRow.most_bytes).where(BaseRow.id == base_id)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Limits(*row)


async def one_at_a_time(session: Session) -> None:
    """Until the transaction ends nobody else counts what the company holds."""
    await session.execute(select(func.pg_advisory_xact_lock(COMPANY)))


async def held_by(session: Session, base_id: UUID | None) -> Held:
    """What a base holds; None: what all bases that people know of hold."""
    unknown = select(BaseRow.id).where(BaseRow.audience == Audience.SCRATCH.value)
    here = DocumentRow.base_id.not_in(unknown) if base_id is None else DocumentRow.base_id == base_id
    there = and_(DocumentRow.deleted_at.is_(None), here)
    kept = (
        select(DocumentVersionRow.blob_key, DocumentVersionRow.size_bytes)
        .join(DocumentRow, DocumentRow.id == DocumentVersionRow.document_id)
        .where(there)
        .distinct()
        .subquery()
    )
    documents = await session.scalar(select(func.count(DocumentRow.id)).where(there))
    size = await session.scalar(select(func.coalesce(func.sum(kept.c.size_bytes), 0)))
    return Held(int(documents or 0), int(size or 0))


async def kept_bytes(session: Session, document_id: UUID) -> int:
    """The bytes of all kept versions of one document."""
    kept = (
        select(DocumentVersionRow.blob_key, DocumentVersionRow.size_bytes)
        .where(DocumentVersionRow.document_id == document_id)
        .distinct()
        .subquery()
    )
    return int(await session.scalar(select(func.coalesce(func.sum(kept.c.size_bytes), 0))) or 0)
