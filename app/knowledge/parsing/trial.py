"""Other settings for a document: what its passages would be, told before anything is changed, and then done."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import open_job
from app.kernel.errors import NotFound
from app.knowledge.document_errors import DocumentBusy
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import INGEST_JOB, INGEST_QUEUE
from app.knowledge.index import chunk_hash
from app.knowledge.parsed import ParsedDocument, ParseSettings
from app.knowledge.parsing.reading import read_version
from app.knowledge.parsing.store import ChunkHash, chunk_hashes, set_parse_settings
from app.knowledge.store import documents as store
from app.knowledge.store.documents import DocumentRecord, VersionRecord


@dataclass(frozen=True)
class Trial:
    """What other settings would give. `kept`: for each new passage, whether search has it already."""

    parsed: ParsedDocument
    kept: list[bool]
    removed: list[ChunkHash]

    @property
    def added(self) -> int:
        """How many passages are new."""
        return self.kept.count(False)


async def try_settings(tools: DocumentTools, document_id: UUID, settings: ParseSettings) -> Trial:
    """Cuts a document anew without writing anything. Raises NotFound, DocumentUnreadable, Unavailable."""
    document, version = await _newest(tools, document_id)
    parsed = await read_version(tools, version, document.file_name, settings, trial=True)
    async with tools.database.reading() as session:
        present = await chunk_hashes(session, document_id)
    return compared(parsed.title, parsed, present)


def compared(title: str, parsed: ParsedDocument, present: list[ChunkHash]) -> Trial:
    """Which passages stay and which go; equal ones are counted, as a document may repeat itself."""
    left = Counter(chunk.sha256 for chunk in present)
    kept = [_take(left, chunk_hash(title, chunk)) for chunk in parsed.chunks]
    removed = [chunk for chunk in reversed(present) if _take(left, chunk.sha256)]
    return Trial(parsed, kept, removed[::-1])


def _take(left: Counter[str], sha256: str) -> bool:
    if left[sha256] <= 0:
        return False
    left[sha256] -= 1
    return True


async def reparse(
    tools: DocumentTools, document_id: UUID, settings: ParseSettings, actor: Principal | None = None
) -> UUID:
    """Has a document read again with other settings; the present passages serve until then. Returns the job's id.

    Raises NotFound, and DocumentBusy while the document is being read.
    """
    async with tools.database.transaction() as session:
        document = await store.find_document(session, document_id)
        version = await store.newest_version(session, document_id)
        if document is None or version is None:
            raise NotFound
        if document.pending_version is not None:
            raise DocumentBusy
        await set_parse_settings(session, document_id, settings.as_json())
        await store.await_reading(session, document_id, version.number)
        await record_audit(session, actor, "document.reparse", str(document_id), **settings.as_json())
        job_id = await open_job(session, tools.jobs.bell, INGEST_JOB, INGEST_QUEUE, document_id)
        await store.set_job(session, document_id, job_id)
    return job_id


async def _newest(tools: DocumentTools, document_id: UUID) -> tuple[DocumentRecord, VersionRecord]:
    async with tools.database.reading() as session:
        document = await store.find_document(session, document_id)
        version = await store.newest_version(session, document_id)
    if document is None or version is None:
        raise NotFound
    return document, version
