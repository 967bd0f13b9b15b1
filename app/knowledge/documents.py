"""Taking documents in, finding and deleting them: bytes to the blob store, a row, and a bell for a worker."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import open_job
from app.kernel.database import Session, after_commit
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.logging import get_logger
from app.knowledge.document_errors import DocumentEmpty, DocumentTooLarge
from app.knowledge.document_tools import DocumentTools
from app.knowledge.file_types import HEAD_BYTES, clean_file_name, file_type_of
from app.knowledge.parsed import ParseSettings
from app.knowledge.parsing.pages import kept_beside
from app.knowledge.parsing.store import set_parse_settings
from app.knowledge.quotas import More, check_quotas
from app.knowledge.store import documents as store
from app.knowledge.store.chunks import remove_chunks
from app.knowledge.store.documents import DocumentRecord, VersionRecord
from app.knowledge.tables import DEFAULT_BASE

log = get_logger(__name__)
INGEST_JOB, INGEST_QUEUE = "ingest_document", "ingest"
PIECE_BYTES = 1024 * 1024
LONGEST_SOURCE = 1_000
PAGE = 200


@dataclass(frozen=True)
class Accepted:
    """What became of an upload. `duplicate`: the same bytes were here already, so nothing was done."""

    document_id: UUID
    job_id: UUID | None
    duplicate: bool


@dataclass(frozen=True)
class Upload:
    """A file that passed the checks at the door."""

    file: BinaryIO
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str


async def accept_document(
    tools: DocumentTools,
    *,
    file_name: str | None,
    data: bytes | BinaryIO,
    base_id: UUID | None = None,
    source: str | None = None,
    settings: ParseSettings | None = None,
    actor: Principal | None = None,
) -> Accepted:
    """Takes a file and rings for it to be read in. The source (the file name unless given) names the document.

    Other bytes under a known source become its next version; bytes a base has already are not taken twice.
    settings: how it is to be cut, unless it stays as it was.
    Raises DocumentEmpty, DocumentTooLarge, DocumentUnsupported, DocumentTypeMismatch, NotFound for the base,
    StorageFull.
    """
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    upload = await asyncio.to_thread(examine, file, file_name, tools.upload_limit_bytes)
    base_id = base_id or DEFAULT_BASE
    source = (source or upload.file_name).strip()[:LONGEST_SOURCE] or upload.file_name
    async with tools.database.reading() as session:
        if not await store.base_exists(session, base_id):
            raise NotFound
        known = await _known(session, base_id, source, upload.sha256)
        if known is not None and _settled(known, upload.sha256):
            return Accepted(known.id, known.job_id, duplicate=True)
        await check_quotas(session, tools.quota, base_id, More(0 if known else 1, upload.size_bytes))
    key = f"documents/{new_id()}"
    await tools.blobs.put(key, _pieces(upload.file))
    kept = False
    try:
        async with tools.database.transaction() as session:
            accepted, kept = await _record(session, tools, upload, base_id, source, key, settings, actor)
    finally:
        if not kept:
            await tools.blobs.delete(key)
    log.info("document_accepted", document_id=str(accepted.document_id), duplicate=accepted.duplicate)
    return accepted


def examine(file: BinaryIO, file_name: str | None, limit_bytes: int) -> Upload:
    """Reads the file once for its size and hash, and goes back to its begin. Raises what shows at once."""
    file_name = clean_file_name(file_name)
    head = file.read(HEAD_BYTES)
    if not head:
        raise DocumentEmpty
    kind = file_type_of(file_name, head)
    digest, size, blank = hashlib.sha256(head), len(head), not head.strip()
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
        size += len(piece)
        blank = blank and not piece.strip()
        if size > limit_bytes:
            break
    if size > limit_bytes:
        raise DocumentTooLarge(limit_mb=limit_bytes // (1024 * 1024))
    if blank:
        raise DocumentEmpty
    file.seek(0)
    return Upload(file, file_name, kind.media_type, size, digest.hexdigest())


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
        yield piece


async def _known(session: Session, base_id: UUID, source: str, sha256: str) -> DocumentRecord | None:
    """The document an upload belongs to: by its source, else by its very bytes."""
    by_source = await store.find_by_source(session, base_id, source)
    return by_source or await store.find_by_content(session, base_id, sha256)


def _settled(document: DocumentRecord, sha256: str) -> bool:
    """Whether these bytes are what is served, and nothing newer is on its way."""
    return document.sha256 == sha256 and document.pending_version is None and document.status == "ready"


async def _record(
    session: Session,
    tools: DocumentTools,
    upload: Upload,
    base_id: UUID,
    source: str,
    key: str,
    settings: ParseSettings | None,
    actor: Principal | None,
) -> tuple[Accepted, bool]:
    """Writes the rows and opens the job; also tells whether the stored bytes are now in use."""
    await store.lock_base_sources(session, base_id)
    known = await _known(session, base_id, source, upload.sha256)
    newest = await store.newest_version(session, known.id) if known else None
    same = newest is not None and newest.sha256 == upload.sha256
    if known is not None and same and known.status != "failed":
        return Accepted(known.id, known.job_id, duplicate=True), False
    if known is not None and newest is not None and same:
        # What failed is tried again with the bytes that are already here.
        await store.await_reading(session, known.id, newest.number)
        document_id, kept = known.id, False
    else:
        await check_quotas(session, tools.quota, base_id, More(0 if known else 1, upload.size_bytes))
        document_id, kept = known.id if known else new_id(), True
        number = newest.number + 1 if newest else 1
        by = actor.name if actor else store.SYSTEM
        version = VersionRecord(document_id, number, upload.sha256, key, upload.size_bytes, upload.media_type)
        if known is not None:
            await store.add_version(session, version, upload.file_name, by)
        else:
            title = upload.file_name.rpartition(".")[0] or upload.file_name
            await store.add_document(
                session,
                base_id=base_id,
                title=title,
                source=source,
                file_name=upload.file_name,
                version=version,
                by=by,
            )
        await record_audit(session, actor, "document.accept", str(document_id), version=number)
    if settings is not None:
        await set_parse_settings(session, document_id, settings.as_json())
    job_id = await open_job(session, tools.jobs.bell, INGEST_JOB, INGEST_QUEUE, document_id)
    await store.set_job(session, document_id, job_id)
    return Accepted(document_id, job_id, duplicate=False), kept


async def get_document(tools: DocumentTools, document_id: UUID) -> DocumentRecord:
    """Raises NotFound, also for a deleted one."""
    async with tools.database.reading() as session:
        found = await store.find_document(session, document_id)
    if found is None:
        raise NotFound
    return found


async def documents_under(tools: DocumentTools, source_prefix: str) -> list[DocumentRecord]:
    """Every document whose source begins with a prefix."""
    found: list[DocumentRecord] = []
    before: UUID | None = None
    while True:
        async with tools.database.reading() as session:
            page = await store.list_documents(
                session, base_id=None, statuses=(), words=source_prefix, before=before, limit=PAGE
            )
        found += [record for record in page if record.source.startswith(source_prefix)]
        if len(page) < PAGE:
            return found
        before = page[-1].id


async def delete_document(tools: DocumentTools, document_id: UUID, actor: Principal | None = None) -> None:
    """Takes a document out of search at once; its bytes follow after the commit. Raises NotFound."""
    async with tools.database.transaction() as session:
        deleted = await store.mark_deleted(session, document_id)
        if deleted is None:
            raise NotFound
        await remove_chunks(session, deleted.base_id, document_id)
        await record_audit(session, actor, "document.delete", str(document_id))
        for key in await store.version_keys(session, document_id):
            after_commit(session, partial(tools.blobs.delete, key))
            after_commit(session, partial(tools.blobs.delete_folder, kept_beside(key)))
    log.info("document_deleted", document_id=str(document_id))
