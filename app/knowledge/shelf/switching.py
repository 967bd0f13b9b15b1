"""Taking a whole document out of search and back in: out at once, back at once when small, else as a job."""

from functools import partial
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import Lease, finish, open_job, report_progress, run_job
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.knowledge.document_tools import DocumentTools
from app.knowledge.editing import store as chunks
from app.knowledge.errors import IndexMoved
from app.knowledge.index import prepare_chunks
from app.knowledge.shelf import store
from app.knowledge.store.passages import hold_index, put_in, take_out

INDEX_JOB, INDEX_QUEUE, UNIT = "index_document", "embed", "chunks"
BATCH, TRIES = 64, 5


async def disable_document(tools: DocumentTools, document_id: UUID, actor: Principal | None) -> None:
    """Nothing of the document is found from the next search on. Raises NotFound."""
    by = actor.name if actor else "system"
    async with tools.database.transaction() as session:
        document = await store.lock_document(session, document_id)
        if document is None:
            raise NotFound
        if document.disabled_at is not None:
            return
        await hold_index(session, document.base_id)
        ids = await chunks.still_indexed(session, document_id)
        await take_out(session, document.base_id, ids)
        await chunks.set_disabled(session, ids, by, "document")
        await store.set_card(session, document_id, disabled_at=now(), disabled_by=by)
        await record_audit(session, actor, "document.disabled", str(document_id), chunks=len(ids))


async def enable_document(tools: DocumentTools, document_id: UUID, actor: Principal | None) -> UUID | None:
    """The document is found again; chunks that were disabled one by one stay so. Gives the job of a large one.

    Raises NotFound, EmbedderUnavailable.
    """
    async with tools.database.transaction() as session:
        document = await store.lock_document(session, document_id)
        if document is None:
            raise NotFound
        waiting = await chunks.count_waiting(session, document_id)
        await store.set_card(session, document_id, disabled_at=None, disabled_by=None)
        await record_audit(session, actor, "document.enabled", str(document_id), chunks=waiting)
        job_id = None
        if waiting > BATCH:
            job_id = await open_job(session, tools.jobs.bell, INDEX_JOB, INDEX_QUEUE, document_id)
    if job_id is None:
        await index_batch(tools, document_id)
    return job_id


async def index_document(tools: DocumentTools, job_id: UUID) -> None:
    """The job: what waits goes back into the index in batches; run twice it finds nothing left to do."""
    await run_job(tools.jobs, job_id, partial(_index_all, tools))


async def _index_all(tools: DocumentTools, lease: Lease) -> None:
    async with tools.database.reading() as session:
        total = await chunks.count_waiting(session, lease.subject_id)
    done = 0
    while batch := await index_batch(tools, lease.subject_id):
        done += batch
        await report_progress(tools.database, lease, min(done, total), total, UNIT)
    async with tools.database.transaction() as session:
        await finish(session, lease)


async def index_batch(tools: DocumentTools, document_id: UUID) -> int:
    """How many chunks went in; none when none wait, or the document was disabled again or deleted."""
    for _ in range(TRIES):
        async with tools.database.reading() as session:
            waiting = await chunks.waiting_passages(session, document_id, BATCH)
        if not waiting:
            return 0
        prepared = await prepare_chunks(tools.search, waiting[0].title, [passage.as_new() for passage in waiting])
        try:
            async with tools.database.transaction() as session:
                document = await store.lock_document(session, document_id)
                if document is None or document.disabled_at is not None:
                    return 0
                await hold_index(session, document.base_id)
                if await chunks.waiting_passages(session, document_id, BATCH) != waiting:
                    continue
                placed = [(passage.id, chunk) for passage, chunk in zip(waiting, prepared.chunks, strict=True)]
                await put_in(session, document.base_id, prepared, placed)
                await chunks.set_disabled(session, [passage.id for passage in waiting], None)
            return len(waiting)
        except IndexMoved:
            continue
    raise IndexMoved
