"""Versions of a document: what there were, going back to one, and reading the present one in again."""

from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import open_job
from app.kernel.errors import NotFound
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import INGEST_JOB, INGEST_QUEUE
from app.knowledge.parsed import ParseSettings
from app.knowledge.parsing.store import set_parse_settings
from app.knowledge.shelf import store
from app.knowledge.shelf.domain import Version
from app.knowledge.shelf.errors import DocumentWaits
from app.knowledge.store import documents
from app.knowledge.store.documents import VersionRecord


async def list_versions(tools: DocumentTools, document_id: UUID) -> list[Version]:
    """Every version, the newest first. Raises NotFound."""
    async with tools.database.reading() as session:
        if await store.find_document(session, document_id) is None:
            raise NotFound
        return await store.list_versions(session, document_id)


async def restore_version(tools: DocumentTools, document_id: UUID, number: int, actor: Principal | None) -> UUID:
    """The bytes of an earlier version become the next one; gives the job that reads it in.

    Hand work on the present version is kept where it fits, as with any new version. Raises NotFound, DocumentWaits.
    """
    async with tools.database.transaction() as session:
        document = await store.lock_document(session, document_id)
        versions = {one.number: one for one in await store.list_versions(session, document_id)}
        if document is None or number not in versions:
            raise NotFound
        if document.pending_version is not None:
            raise DocumentWaits
        key = await documents.version_key(session, document_id, number)
        old, newest = versions[number], max(versions)
        fresh = VersionRecord(document_id, newest + 1, old.sha256, key, old.size_bytes, old.media_type)
        by = actor.name if actor else documents.SYSTEM
        await documents.add_version(session, fresh, old.file_name or document.file_name, by)
        await store.note_version(session, document_id, fresh.number, restored_from=number)
        await record_audit(session, actor, "document.version_restored", str(document_id), number=number)
        job_id = await open_job(session, tools.jobs.bell, INGEST_JOB, INGEST_QUEUE, document_id)
        await documents.set_job(session, document_id, job_id)
    return job_id


async def read_again(
    tools: DocumentTools, document_id: UUID, settings: ParseSettings | None, actor: Principal | None
) -> UUID:
    """Parses the newest version once more, with its own settings unless others are given; gives the job.

    Raises NotFound, DocumentWaits.
    """
    async with tools.database.transaction() as session:
        document = await store.lock_document(session, document_id)
        newest = await documents.newest_version(session, document_id)
        if document is None or newest is None:
            raise NotFound
        if document.pending_version is not None:
            raise DocumentWaits
        if settings is not None:
            await set_parse_settings(session, document_id, settings.as_json())
        await documents.await_reading(session, document_id, newest.number)
        with_settings = {} if settings is None else settings.as_json()
        await record_audit(
            session, actor, "document.read_again", str(document_id), version=newest.number, **with_settings
        )
        job_id = await open_job(session, tools.jobs.bell, INGEST_JOB, INGEST_QUEUE, document_id)
        await documents.set_job(session, document_id, job_id)
    return job_id
