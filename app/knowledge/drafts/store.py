"""SQL of drafts."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update

from app.kernel.database import Session
from app.knowledge.drafts.domain import DraftRecord, DraftState
from app.knowledge.drafts.tables import DraftRow
from app.knowledge.store.documents import DocumentRecord, find_document
from app.knowledge.tables import DocumentRow, DocumentVersionRow

_FIELDS = [getattr(DraftRow, name) for name in DraftRecord.__dataclass_fields__]


def _drafts() -> Select[Any]:
    return (
        select(*_FIELDS)
        .join(DocumentRow, DocumentRow.id == DraftRow.document_id)
        .where(DocumentRow.deleted_at.is_(None))
    )


async def draft_of(session: Session, document_id: UUID) -> DraftRecord | None:
    """The draft of a document that is not deleted."""
    row = (await session.execute(_drafts().where(DraftRow.document_id == document_id))).one_or_none()
    return None if row is None else DraftRecord(*row)


async def find_draft(session: Session, draft_id: UUID) -> DraftRecord | None:
    """A draft that was neither taken nor replaced."""
    row = (await session.execute(_drafts().where(DraftRow.id == draft_id))).one_or_none()
    return None if row is None else DraftRecord(*row)


async def lock_for_draft(session: Session, document_id: UUID, number: int) -> DocumentRecord | None:
    """The document under a row lock while nothing is being read in and its newest bytes are those of `number`."""
    await session.execute(select(DocumentRow.id).where(DocumentRow.id == document_id).with_for_update())
    newest = select(func.max(DocumentVersionRow.number)).where(DocumentVersionRow.document_id == document_id)
    document = await find_document(session, document_id)
    if document is None or document.pending_version is not None or await session.scalar(newest) != number:
        return None
    return document


async def add_draft(session: Session, draft: DraftRecord) -> None:
    """A draft that is about to be read."""
    session.add(DraftRow(**vars(draft)))
    await session.flush()


async def set_job(session: Session, draft_id: UUID, job_id: UUID) -> None:
    """Remembers the job that reads it."""
    await session.execute(update(DraftRow).where(DraftRow.id == draft_id).values(job_id=job_id))


async def mark_ready(session: Session, draft_id: UUID) -> bool:
    """It may be compared; False when it was dropped meanwhile."""
    ready = update(DraftRow).where(DraftRow.id == draft_id).values(state=DraftState.READY.value)
    return bool((await session.execute(ready.returning(DraftRow.id))).all())


async def mark_failed(session: Session, draft_id: UUID, code: str, values: dict[str, Any]) -> None:
    """It could not be read."""
    failed = {"state": DraftState.FAILED.value, "error_code": code, "error_values": values}
    running = DraftRow.state == DraftState.RUNNING.value
    await session.execute(update(DraftRow).where(DraftRow.id == draft_id, running).values(**failed))


async def delete_draft(session: Session, draft_id: UUID) -> bool:
    """Whether it was still there."""
    gone = delete(DraftRow).where(DraftRow.id == draft_id).returning(DraftRow.id)
    return bool((await session.execute(gone)).all())
