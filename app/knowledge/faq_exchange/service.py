"""Importing FAQs: a report first, nothing written before it is confirmed, then everything or nothing."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from functools import partial
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import JobStopped, Lease, finish, open_job, report_progress, run_job
from app.kernel.clock import now
from app.kernel.database import Session, after_commit
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.knowledge.errors import FaqFileUnreadable, FaqImportBusy, FaqImportOutdated
from app.knowledge.faq_exchange import store
from app.knowledge.faq_exchange.domain import (
    WRITTEN,
    FaqDraft,
    ImportRecord,
    ImportReport,
    PlannedRow,
    RowKind,
    counts_of,
)
from app.knowledge.faq_exchange.planning import plan
from app.knowledge.faq_exchange.reading import read_drafts
from app.knowledge.faq_exchange.writing import AT_ONCE, InTransaction, Progress, Writing, write
from app.knowledge.store.bases import base_exists
from app.knowledge.tables import DEFAULT_BASE
from app.knowledge.tools import FaqTools, SearchTools

READ_JOB, WRITE_JOB, QUEUE, UNIT = "faq_import_read", "faq_import_write", "ingest", "rows"
# What is done while the admin waits; anything larger is a job.
SMALL_FILE, FEW_ROWS = 200_000, 200


async def import_faqs(
    tools: SearchTools,
    drafts: Sequence[FaqDraft],
    base_id: UUID | None = None,
    actor: Principal | None = None,
    source: str = "",
    dry_run: bool = False,
) -> ImportReport:
    """Creates what is new and changes what a base answers otherwise, in one transaction; bad rows are left out.

    The same file twice changes nothing. Raises NotFound for the base, FaqImportOutdated when it changed meanwhile.
    """
    base_id = base_id or DEFAULT_BASE
    await _known_base(tools, base_id)
    planned = await plan(tools.database, base_id, drafts)
    report = ImportReport.of(planned)
    written = [row for row in planned if row.kind in WRITTEN]
    if dry_run:
        return report

    async def rows() -> AsyncIterator[Sequence[PlannedRow]]:
        for start in range(0, len(written), AT_ONCE):
            yield written[start : start + AT_ONCE]

    async def done(session: Session) -> None:
        counts = {"created": report.created, "updated": report.updated, "left_out": len(report.problems)}
        await record_audit(session, actor, "faq.imported", str(base_id), source=source, **counts)

    await write(tools, Writing(base_id, rows, len(written), source, _name(actor)), done)
    return report


async def open_import(
    tools: FaqTools, file_name: str, data: bytes, base_id: UUID | None, actor: Principal
) -> ImportRecord:
    """A file's report, at once or (large files) by a job. Raises NotFound for the base, FaqFileUnreadable."""
    base_id = base_id or DEFAULT_BASE
    await _known_base(tools.search, base_id)
    sha256 = hashlib.sha256(data).hexdigest()
    if len(data) > SMALL_FILE:
        return await _open_large(tools, file_name, data, sha256, base_id, actor)
    planned = await plan(tools.search.database, base_id, await read_drafts(file_name, data, tools.sheets))
    async with tools.search.database.transaction() as session:
        import_id = await store.add_import(session, base_id, file_name, sha256, actor.name)
        await store.keep_report(session, import_id, planned, counts_of(planned), 1)
    return await get_import(tools, import_id)


async def _open_large(
    tools: FaqTools, file_name: str, data: bytes, sha256: str, base_id: UUID, actor: Principal
) -> ImportRecord:
    key = f"faq-imports/{new_id()}"
    await tools.blobs.put(key, data)
    async with tools.search.database.transaction() as session:
        import_id = await store.add_import(session, base_id, file_name, sha256, actor.name, key)
        job_id = await open_job(session, tools.jobs.bell, READ_JOB, QUEUE, import_id)
        await store.change_import(session, import_id, job_id=job_id)
    return await get_import(tools, import_id)


async def read_import(tools: FaqTools, job_id: UUID) -> None:
    """The job that makes the report of a large file."""
    await run_job(tools.jobs, job_id, partial(_read, tools))


async def _read(tools: FaqTools, lease: Lease) -> None:
    record = await get_import(tools, lease.subject_id)
    if record.blob_key is None:
        return
    try:
        data = await tools.blobs.get(record.blob_key)
    except FileNotFoundError:
        raise FaqFileUnreadable from None
    drafts = await read_drafts(record.file_name, data, tools.sheets)
    await report_progress(tools.jobs.database, lease, 0, len(drafts), UNIT)
    planned = await plan(tools.search.database, record.base_id, drafts)
    async with tools.search.database.transaction() as session:
        await store.keep_report(session, record.id, planned, counts_of(planned), record.revision)
        after_commit(session, partial(tools.blobs.delete, record.blob_key))
        await finish(session, lease)


async def confirm_import(tools: FaqTools, import_id: UUID, revision: int, actor: Principal) -> ImportRecord:
    """Writes exactly what the report showed, or (many rows) rings a job for it.

    Raises NotFound, FaqImportBusy, and FaqImportOutdated with the fresh report when the base changed since.
    """
    record = await get_import(tools, import_id)
    _confirmable(record, revision)
    if sum(record.counts[kind] for kind in WRITTEN) > FEW_ROWS:
        async with tools.search.database.transaction() as session:
            _confirmable(await _locked(session, import_id), revision)
            job_id = await open_job(session, tools.jobs.bell, WRITE_JOB, QUEUE, import_id)
            await store.change_import(session, import_id, state="writing", job_id=job_id, error_code=None)
            await record_audit(session, actor, "faq.import_confirmed", str(import_id), **record.counts)
        return await get_import(tools, import_id)

    async def done(session: Session) -> None:
        _confirmable(await _locked(session, import_id), revision)
        await store.change_import(session, import_id, state="done", done_at=now(), error_code=None)
        await record_audit(session, actor, "faq.imported", str(import_id), source=record.file_name, **record.counts)

    try:
        await _write(tools, record, actor.name, done)
    except FaqImportOutdated:
        fresh = await _report_again(tools, record, None)
        raise FaqImportOutdated(extra={"revision": fresh.revision, "counts": fresh.counts}) from None
    return await get_import(tools, import_id)


async def write_import(tools: FaqTools, job_id: UUID) -> None:
    """The job that writes a large import."""
    await run_job(tools.jobs, job_id, partial(_write_as_job, tools))


async def _write_as_job(tools: FaqTools, lease: Lease) -> None:
    record = await get_import(tools, lease.subject_id)
    if record.state != "writing":
        return

    async def progress(done: int, total: int) -> None:
        await report_progress(tools.jobs.database, lease, min(done, total), total, UNIT)

    async def done(session: Session) -> None:
        await store.change_import(session, record.id, state="done", done_at=now())
        await record_audit(session, None, "faq.imported", str(record.id), source=record.file_name, **record.counts)
        await finish(session, lease)

    try:
        await _write(tools, record, record.created_by, done, progress)
    except FaqImportOutdated:
        await _report_again(tools, record, FaqImportOutdated.code)
        raise


async def _write(
    tools: FaqTools,
    record: ImportRecord,
    name: str,
    done: InTransaction,
    progress: Progress | None = None,
) -> None:
    async def rows() -> AsyncIterator[Sequence[PlannedRow]]:
        after = -1
        while True:
            async with tools.search.database.reading() as session:
                page = await store.report_rows(session, record.id, kinds=WRITTEN, after=after, limit=AT_ONCE)
            if not page:
                return
            after = page[-1][0]
            yield [row for _, row in page]

    total = sum(record.counts[kind] for kind in WRITTEN)
    writing = Writing(record.base_id, rows, total, record.file_name, name)
    await write(tools.search, writing, done, progress)


async def _report_again(tools: FaqTools, record: ImportRecord, code: str | None) -> ImportRecord:
    """The report of the same rows against the base as it is now."""
    drafts: list[FaqDraft] = []
    after = -1
    async with tools.search.database.reading() as session:
        while page := await store.report_rows(session, record.id, after=after):
            drafts += [row.draft for _, row in page]
            after = page[-1][0]
    planned = await plan(tools.search.database, record.base_id, drafts)
    async with tools.search.database.transaction() as session:
        await store.keep_report(session, record.id, planned, counts_of(planned), record.revision + 1)
        await store.change_import(session, record.id, error_code=code)
    return await get_import(tools, record.id)


async def get_import(tools: FaqTools, import_id: UUID) -> ImportRecord:
    """Raises NotFound."""
    async with tools.search.database.reading() as session:
        found = await store.find_import(session, import_id)
    if found is None:
        raise NotFound
    return found


async def recent_imports(tools: FaqTools, limit: int = 10) -> list[ImportRecord]:
    """The newest imports."""
    async with tools.search.database.reading() as session:
        return await store.list_imports(session, limit)


async def report_page(
    tools: FaqTools, import_id: UUID, kinds: Sequence[RowKind], after: int, limit: int
) -> list[tuple[int, PlannedRow]]:
    """Rows of a report, each with its number, behind `after`. Raises NotFound."""
    await get_import(tools, import_id)
    async with tools.search.database.reading() as session:
        return await store.report_rows(session, import_id, kinds=kinds, after=after, limit=limit)


async def note_stopped_import(session: Session, event: JobStopped) -> None:
    """Listener: a reading that was given up leaves its import failed; a writing that was, leaves the report ready."""
    if event.kind == READ_JOB:
        await store.change_import(session, event.subject_id, state="failed", error_code=event.code or "job_cancelled")
    elif event.kind == WRITE_JOB:
        await store.change_import(session, event.subject_id, state="ready", error_code=event.code or "job_cancelled")


async def _locked(session: Session, import_id: UUID) -> ImportRecord:
    found = await store.find_import(session, import_id, lock=True)
    if found is None:
        raise NotFound
    return found


def _confirmable(record: ImportRecord, revision: int) -> None:
    if record.state != "ready":
        raise FaqImportBusy
    if record.revision != revision:
        raise FaqImportOutdated(extra={"revision": record.revision, "counts": record.counts})


async def _known_base(tools: SearchTools, base_id: UUID) -> None:
    async with tools.database.reading() as session:
        if not await base_exists(session, base_id):
            raise NotFound


def _name(actor: Principal | None) -> str:
    return actor.name if actor else ""
