"""Reading a draft: parse with its settings, pictures too, and embed what search does not have, as a job."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from app.jobs import JobStopped, Lease, fail, finish, report_progress, run_job
from app.kernel.database import Session
from app.kernel.logging import get_logger
from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.document_tools import DocumentTools
from app.knowledge.drafts import store
from app.knowledge.drafts.domain import DraftRecord
from app.knowledge.drafts.kept import drop_draft, keep_draft
from app.knowledge.drafts.service import DRAFT_JOB
from app.knowledge.index import prepare_chunks
from app.knowledge.parsed import ParsedDocument
from app.knowledge.parsing.reading import read_version
from app.knowledge.store import documents

log = get_logger(__name__)
PICTURES, UNIT = "pages", "chunks"


async def read_draft_in(tools: DocumentTools, job_id: UUID) -> None:
    """Reads the job's draft; nothing happens for one that was dropped."""
    await run_job(tools.jobs, job_id, partial(_read, tools))


async def _read(tools: DocumentTools, lease: Lease) -> None:
    async with tools.database.reading() as session:
        draft = await store.find_draft(session, lease.subject_id)
    if draft is None:
        return
    try:
        parsed = await _parse(tools, lease, draft)
    except DocumentUnreadable as error:
        async with tools.database.transaction() as session:
            await store.mark_failed(session, draft.id, error.code, error.values)
            await fail(session, lease, error.code)
        return
    if parsed is None:
        return

    async def progress(done: int, total: int) -> None:
        await report_progress(tools.database, lease, done, total, UNIT)

    await progress(0, len(parsed.chunks))
    prepared = await prepare_chunks(
        tools.search, parsed.title, parsed.chunks, replaces=draft.document_id, on_progress=progress
    )
    await keep_draft(tools.blobs, draft.blob_key, parsed, prepared)
    async with tools.database.transaction() as session:
        there = await store.mark_ready(session, draft.id)
        await finish(session, lease)
    if not there:
        await drop_draft(tools.blobs, draft.blob_key)
    log.info("draft_read", document_id=str(draft.document_id), chunks=len(parsed.chunks), embedded=prepared.embedded)


async def _parse(tools: DocumentTools, lease: Lease, draft: DraftRecord) -> ParsedDocument | None:
    """What the settings make of it; None when newer bytes came. Files inside a mail stay as they are."""
    async with tools.database.reading() as session:
        document = await documents.find_document(session, draft.document_id)
        version = await documents.newest_version(session, draft.document_id)
    if document is None or version is None or version.number != draft.version_number:
        return None

    async def progress(done: int, total: int) -> None:
        await report_progress(tools.database, lease, done, total, PICTURES)

    parsed = await read_version(tools, version, document.file_name, draft.parse_settings, on_picture=progress)
    unpacked = {name: told for name, told in document.parse_report.items() if name == "unpacked"}
    return replace(parsed, report={**parsed.report, **unpacked})


async def note_stopped_draft(session: Session, event: JobStopped) -> None:
    """Listener: a draft whose job was cancelled or given up is failed, not waiting for ever."""
    if event.kind == DRAFT_JOB:
        await store.mark_failed(session, event.subject_id, event.code or "job_cancelled", {})
