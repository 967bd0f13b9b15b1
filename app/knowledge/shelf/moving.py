"""Moving a document to another base: out of the old one at once, into the new one at once when small, else as a job."""

from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import open_job
from app.kernel.errors import NotFound
from app.knowledge.document_errors import DocumentBusy
from app.knowledge.document_tools import DocumentTools
from app.knowledge.editing import store as chunks
from app.knowledge.quotas import More, check_quotas
from app.knowledge.shelf import store
from app.knowledge.shelf.errors import DocumentSynced, SourceTaken
from app.knowledge.shelf.switching import BATCH, INDEX_JOB, INDEX_QUEUE, index_batch
from app.knowledge.store.bases import find_base
from app.knowledge.store.passages import hold_index, take_out
from app.knowledge.store.quotas import kept_bytes


async def move_document(tools: DocumentTools, document_id: UUID, base_id: UUID, actor: Principal | None) -> UUID | None:
    """Who may read it is the new base's to say from the next search on. Gives the job of a large one.

    Its chunks keep their ids, so what quoted them still leads to them; their words and vectors are made anew, since
    a base has words of its own. Raises NotFound, DocumentBusy, DocumentSynced, SourceTaken,
    EmbedderUnavailable, and what a full base raises.
    """
    by = actor.name if actor else "system"
    async with tools.database.transaction() as session:
        document = await store.lock_document(session, document_id)
        if document is None or await find_base(session, base_id) is None:
            raise NotFound
        if document.base_id == base_id:
            return None
        if document.pending_version is not None:
            raise DocumentBusy
        if await store.is_synced(session, document_id):
            raise DocumentSynced
        if await store.source_taken(session, base_id, document.source):
            raise SourceTaken
        more = More(1, await kept_bytes(session, document_id))
        await check_quotas(session, tools.quota, base_id, more, within=True)
        for held in sorted((document.base_id, base_id)):  # two that cross each other wait instead of blocking
            await hold_index(session, held)
        ids = await chunks.still_indexed(session, document_id)
        await take_out(session, document.base_id, ids)
        await chunks.set_disabled(session, ids, by, "document")
        await store.set_base(session, document_id, base_id)
        bases = {"from": str(document.base_id), "to": str(base_id)}
        await record_audit(session, actor, "document.moved", str(document_id), **bases)
        if document.disabled_at is not None:
            return None
        if len(ids) > BATCH:
            return await open_job(session, tools.jobs.bell, INDEX_JOB, INDEX_QUEUE, document_id)
    await index_batch(tools, document_id)
    return None
