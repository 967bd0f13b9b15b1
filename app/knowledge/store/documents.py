"""SQL of documents: their rows, their versions, and the passages they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update

from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.parsed import ParsedDocument, ParseSettings
from app.knowledge.tables import BaseRow, ChunkRow, DocumentRow, DocumentVersionRow

SYSTEM = "system"


@dataclass(frozen=True)
class DocumentRecord:
    """One document as others see it; `version` is the one search sees, 0 before the first."""

    id: UUID
    base_id: UUID
    title: str
    source: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    blob_key: str
    status: str
    error_code: str | None
    error_values: dict[str, Any] | None
    chunk_count: int
    page_count: int | None
    unread_pages: int
    pictures: int
    version: int
    pending_version: int | None
    job_id: UUID | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    owner: str
    tags: list[str]
    valid_from: datetime | None
    valid_until: datetime | None
    review_on: date | None
    review_due_at: datetime | None
    disabled_at: datetime | None
    disabled_by: str | None
    edits: int
    parse_settings: dict[str, Any]
    parse_report: dict[str, Any]

    @property
    def settings(self) -> ParseSettings:
        """How it is to be read."""
        return ParseSettings.of(self.parse_settings)

    @property
    def needs_review(self) -> bool:
        """Whether some of it was hard to read."""
        return bool(self.parse_report.get("ocr", {}).get("low_pages"))


@dataclass(frozen=True)
class VersionRecord:
    """The bytes a document had, or is about to have, under one number."""

    document_id: UUID
    number: int
    sha256: str
    blob_key: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True)
class ChunkRecord:
    """One passage of a document."""

    id: UUID
    position: int
    heading_path: list[str]
    page: int | None
    text: str
    kind: str
    char_start: int
    char_end: int
    boxes: list[dict[str, Any]]
    origins: list[str] | None

    @property
    def by_hand(self) -> bool:
        """Whether somebody changed its words, so that its place in the plain text is only about right."""
        return self.origins is not None


_FIELDS = [getattr(DocumentRow, name) for name in DocumentRecord.__dataclass_fields__]
_CHUNK_FIELDS = [getattr(ChunkRow, name) for name in ChunkRecord.__dataclass_fields__]


def _alive() -> Select[Any]:
    return select(*_FIELDS).where(DocumentRow.deleted_at.is_(None))


def _record(row: Any) -> DocumentRecord | None:
    return None if row is None else DocumentRecord(*row)


async def base_exists(session: Session, base_id: UUID) -> bool:
    """Whether there is such a base."""
    return await session.scalar(select(BaseRow.id).where(BaseRow.id == base_id)) is not None


async def lock_base_sources(session: Session, base_id: UUID) -> None:
    """One upload at a time decides whether it is new, until the end of the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"documents:{base_id}", 0))))


async def find_document(session: Session, document_id: UUID) -> DocumentRecord | None:
    """A document that is not deleted."""
    return _record((await session.execute(_alive().where(DocumentRow.id == document_id))).one_or_none())


async def find_by_source(session: Session, base_id: UUID, source: str) -> DocumentRecord | None:
    """The document a base has under a source."""
    statement = _alive().where(DocumentRow.base_id == base_id, DocumentRow.source == source)
    return _record((await session.execute(statement)).one_or_none())


async def find_by_content(session: Session, base_id: UUID, sha256: str) -> DocumentRecord | None:
    """The oldest document of a base whose newest version has these bytes."""
    newest = (
        select(func.max(DocumentVersionRow.number))
        .where(DocumentVersionRow.document_id == DocumentRow.id)
        .correlate(DocumentRow)
        .scalar_subquery()
    )
    statement = (
        _alive()
        .join(DocumentVersionRow, DocumentVersionRow.document_id == DocumentRow.id)
        .where(
            DocumentRow.base_id == base_id,
            DocumentVersionRow.sha256 == sha256,
            DocumentVersionRow.number == newest,
        )
        .order_by(DocumentRow.id)
        .limit(1)
    )
    return _record((await session.execute(statement)).one_or_none())


async def newest_version(session: Session, document_id: UUID) -> VersionRecord | None:
    """The version accepted last."""
    row = DocumentVersionRow
    statement = (
        select(row.document_id, row.number, row.sha256, row.blob_key, row.size_bytes, row.media_type)
        .where(row.document_id == document_id)
        .order_by(row.number.desc())
        .limit(1)
    )
    found = (await session.execute(statement)).one_or_none()
    return None if found is None else VersionRecord(*found)


async def add_document(
    session: Session, *, base_id: UUID, title: str, source: str, file_name: str, version: VersionRecord, by: str
) -> None:
    """A new document with its first version waiting."""
    session.add(
        DocumentRow(
            id=version.document_id,
            base_id=base_id,
            title=title,
            source=source,
            file_name=file_name,
            media_type=version.media_type,
            size_bytes=version.size_bytes,
            sha256=version.sha256,
            blob_key=version.blob_key,
            created_by=by,
            owner="" if by == SYSTEM else by,
        )
    )
    await session.flush()
    await add_version(session, version, file_name, by)


async def add_version(session: Session, version: VersionRecord, file_name: str, by: str = SYSTEM) -> None:
    """New bytes for a document, waiting to be read in."""
    session.add(
        DocumentVersionRow(
            id=new_id(),
            document_id=version.document_id,
            number=version.number,
            sha256=version.sha256,
            blob_key=version.blob_key,
            size_bytes=version.size_bytes,
            media_type=version.media_type,
            file_name=file_name,
            created_by=by,
        )
    )
    await session.flush()
    await await_reading(session, version.document_id, version.number, file_name=file_name)


async def await_reading(session: Session, document_id: UUID, number: int, **values: object) -> None:
    """Back to `queued`, with the version that is to be read."""
    await _set(
        session, document_id, status="queued", pending_version=number, error_code=None, error_values=None, **values
    )


async def _set(session: Session, document_id: UUID, **values: object) -> None:
    await session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(updated_at=now(), **values))


async def set_job(session: Session, document_id: UUID, job_id: UUID) -> None:
    """Remembers the job that reads the document in."""
    await session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(job_id=job_id))


async def set_status(session: Session, document_id: UUID, number: int, status: str) -> None:
    """Moves a document on while its pending version is still this one."""
    await session.execute(
        update(DocumentRow)
        .where(
            DocumentRow.id == document_id,
            DocumentRow.pending_version == number,
            DocumentRow.deleted_at.is_(None),
        )
        .values(status=status, updated_at=now())
    )


async def lock_pending(session: Session, document_id: UUID, number: int) -> DocumentRecord | None:
    """The document under a row lock if this version is still the one to be read in; None when it is not."""
    statement = (
        _alive()
        .where(DocumentRow.id == document_id, DocumentRow.pending_version == number)
        .with_for_update(of=DocumentRow)
    )
    return _record((await session.execute(statement)).one_or_none())


async def serve_version(session: Session, version: VersionRecord, parsed: ParsedDocument) -> None:
    """From now on this version is the document."""
    await _set(
        session,
        version.document_id,
        status="ready",
        version=version.number,
        pending_version=None,
        error_code=None,
        error_values=None,
        title=parsed.title,
        chunk_count=len(parsed.chunks),
        page_count=parsed.page_count,
        unread_pages=parsed.unread_pages,
        pictures=parsed.pictures,
        parse_report=dict(parsed.report),
        sha256=version.sha256,
        blob_key=version.blob_key,
        size_bytes=version.size_bytes,
        media_type=version.media_type,
        edits=0,
    )


async def mark_failed(
    session: Session,
    document_id: UUID,
    code: str,
    values: dict[str, Any],
    *,
    number: int | None = None,
    job_id: UUID | None = None,
) -> None:
    """The waiting version could not be read in; an older one goes on being served.

    Nothing happens when it is no longer this `number`, or no longer this `job_id`, that is waited for.
    """
    statement = update(DocumentRow).where(
        DocumentRow.id == document_id, DocumentRow.pending_version.is_not(None), DocumentRow.deleted_at.is_(None)
    )
    if number is not None:
        statement = statement.where(DocumentRow.pending_version == number)
    if job_id is not None:
        statement = statement.where(DocumentRow.job_id == job_id)
    await session.execute(
        statement.values(status="failed", error_code=code, error_values=values, pending_version=None, updated_at=now())
    )


async def mark_deleted(session: Session, document_id: UUID) -> DocumentRecord | None:
    """Takes a document away; None when there is none."""
    statement = (
        update(DocumentRow)
        .where(DocumentRow.id == document_id, DocumentRow.deleted_at.is_(None))
        .values(deleted_at=now(), pending_version=None, updated_at=now())
        .returning(*_FIELDS)
    )
    return _record((await session.execute(statement)).one_or_none())


async def version_key(session: Session, document_id: UUID, number: int) -> str:
    """The blob key of one version."""
    row = DocumentVersionRow
    statement = select(row.blob_key).where(row.document_id == document_id, row.number == number)
    return str((await session.execute(statement)).scalar_one())


async def version_keys(session: Session, document_id: UUID) -> list[str]:
    """The blob keys of every version."""
    statement = select(DocumentVersionRow.blob_key).where(DocumentVersionRow.document_id == document_id).distinct()
    return list(await session.scalars(statement))


async def list_documents(
    session: Session,
    *,
    base_id: UUID | None,
    statuses: Sequence[str],
    words: str,
    before: UUID | None,
    limit: int,
) -> list[DocumentRecord]:
    """Newest first, behind `before`; `words` must occur in the title, file name or source."""
    statement = _alive().order_by(DocumentRow.id.desc()).limit(limit)
    if base_id is not None:
        statement = statement.where(DocumentRow.base_id == base_id)
    else:
        statement = statement.where(DocumentRow.base_id.not_in(select(BaseRow.id).where(BaseRow.audience == "scratch")))
    if statuses:
        statement = statement.where(DocumentRow.status.in_(statuses))
    if words:
        columns = (DocumentRow.title, DocumentRow.file_name, DocumentRow.source)
        statement = statement.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    if before is not None:
        statement = statement.where(DocumentRow.id < before)
    return [DocumentRecord(*row) for row in await session.execute(statement)]


async def list_chunks(session: Session, document_id: UUID, *, after: int = -1, limit: int = 100) -> list[ChunkRecord]:
    """A document's passages in order, behind position `after`; disabled ones are for editors only."""
    statement = (
        select(*_CHUNK_FIELDS)
        .where(ChunkRow.document_id == document_id, ChunkRow.position > after, ChunkRow.disabled_at.is_(None))
        .order_by(ChunkRow.position)
        .limit(limit)
    )
    return [ChunkRecord(*found) for found in await session.execute(statement)]


async def chunk_position(session: Session, document_id: UUID, chunk_id: UUID) -> int | None:
    """Where in its document a passage stands; None when it is no longer there."""
    statement = select(ChunkRow.position).where(
        ChunkRow.id == chunk_id, ChunkRow.document_id == document_id, ChunkRow.disabled_at.is_(None)
    )
    position: int | None = await session.scalar(statement)
    return position
