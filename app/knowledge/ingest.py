"""Reading a document in: parse > split > embed > swap, as a job that may be run twice and may die at any point."""

from functools import partial
from uuid import UUID

from app.jobs import JobStopped, Lease, fail, finish, report_progress, run_job
from app.kernel.database import Session
from app.kernel.logging import get_logger
from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import INGEST_JOB
from app.knowledge.file_types import ARCHIVE, BY_MEDIA_TYPE, MAIL
from app.knowledge.parsed import ParsedDocument
from app.knowledge.parsing.archive import take_attachments, unpack_version
from app.knowledge.parsing.reading import read_version
from app.knowledge.store import documents as store
from app.knowledge.store.documents import DocumentRecord, VersionRecord
from app.knowledge.swap import swap_in

log = get_logger(__name__)
UNIT, PICTURES = "chunks", "pages"


async def ingest_document(tools: DocumentTools, job_id: UUID) -> None:
    """Reads the newest version of the job's document in; nothing happens for a deleted or settled one."""
    await run_job(tools.jobs, job_id, partial(_ingest, tools))


async def _ingest(tools: DocumentTools, lease: Lease) -> None:
    found = await _begin(tools, lease.subject_id)
    if found is None:
        log.info("ingest_has_nothing_to_do", document_id=str(lease.subject_id))
        return
    document, version = found
    try:
        parsed = await _parse(tools, lease, document, version)
    except DocumentUnreadable as error:
        await _give_up(tools, lease, version, error)
        return
    await _index(tools, lease, version, parsed)


async def _begin(tools: DocumentTools, document_id: UUID) -> tuple[DocumentRecord, VersionRecord] | None:
    async with tools.database.transaction() as session:
        document = await store.find_document(session, document_id)
        version = await store.newest_version(session, document_id)
        if document is None or version is None or document.pending_version != version.number:
            return None
        await store.set_status(session, document_id, version.number, "parsing")
    return document, version


async def _parse(
    tools: DocumentTools, lease: Lease, document: DocumentRecord, version: VersionRecord
) -> ParsedDocument:
    kind = BY_MEDIA_TYPE[version.media_type].name
    if kind == ARCHIVE:
        return await unpack_version(tools, document, version)

    async def progress(done: int, total: int) -> None:
        await report_progress(tools.database, lease, done, total, PICTURES)

    parsed = await read_version(tools, version, document.file_name, document.settings, on_picture=progress)
    return await take_attachments(tools, document, version, parsed) if kind == MAIL else parsed


async def _give_up(tools: DocumentTools, lease: Lease, version: VersionRecord, error: DocumentUnreadable) -> None:
    async with tools.database.transaction() as session:
        await store.mark_failed(session, version.document_id, error.code, error.values, number=version.number)
        await fail(session, lease, error.code)
    log.info("document_failed", document_id=str(version.document_id), code=error.code)


async def _index(tools: DocumentTools, lease: Lease, version: VersionRecord, parsed: ParsedDocument) -> None:
    """Nothing is swapped when the document was deleted, or newer bytes came: their own job takes over."""
    async with tools.database.transaction() as session:
        await store.set_status(session, version.document_id, version.number, "embedding")

    async def progress(done: int, total: int) -> None:
        await report_progress(tools.database, lease, done, total, UNIT)

    async def ended(session: Session) -> None:
        await finish(session, lease)

    await progress(0, len(parsed.chunks))
    waiting = partial(store.lock_pending, document_id=version.document_id, number=version.number)
    if await swap_in(tools, version, parsed, lock=waiting, and_then=ended, on_progress=progress):
        log.info("document_ingested", document_id=str(version.document_id), chunks=len(parsed.chunks))


async def note_stopped_job(session: Session, event: JobStopped) -> None:
    """Listener: an ingest job that was cancelled or given up leaves its document failed, not waiting for ever."""
    if event.kind == INGEST_JOB:
        await store.mark_failed(session, event.subject_id, event.code or "job_cancelled", {}, job_id=event.job_id)
