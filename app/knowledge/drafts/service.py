"""What can be done with a draft: have it read, look at what it would change, take it or drop it."""

from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import JobEnded, cancel_job, open_job
from app.kernel.clock import now
from app.kernel.database import Session, after_commit
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.logging import get_logger
from app.knowledge.document_errors import DocumentBusy
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import INGEST_QUEUE
from app.knowledge.drafts import store
from app.knowledge.drafts.domain import Comparison, DraftRecord, DraftState, compare
from app.knowledge.drafts.errors import DraftImpossible, DraftNotReady, DraftOutdated
from app.knowledge.drafts.kept import drop_draft, read_draft, read_vectors
from app.knowledge.editing.carry import carry
from app.knowledge.editing.store import find_edited_document, list_passages
from app.knowledge.file_types import ARCHIVE, BY_MEDIA_TYPE
from app.knowledge.parsed import ParsedDocument, ParseSettings
from app.knowledge.parsing.pages import kept_beside
from app.knowledge.parsing.store import set_parse_settings
from app.knowledge.store import documents
from app.knowledge.swap import swap_in

log = get_logger(__name__)
DRAFT_JOB = "draft_document"


@dataclass(frozen=True)
class Seen:
    """What a draft was compared with: the version search has, and how often it was changed by hand since."""

    version: int
    edits: int


@dataclass(frozen=True)
class Shown:
    """A draft with what it would change; `comparison` is None until it is ready, and once it is outdated."""

    draft: DraftRecord
    seen: Seen
    outdated: bool
    parsed: ParsedDocument | None = None
    comparison: Comparison | None = None


async def open_draft(
    tools: DocumentTools, document_id: UUID, settings: ParseSettings | None, actor: Principal | None
) -> UUID:
    """Has the newest bytes read with other settings, or its own; a draft there was is dropped. Gives the job.

    Raises NotFound, DocumentBusy while the document itself is being read, DraftImpossible for an archive.
    """
    async with tools.database.transaction() as session:
        version = await documents.newest_version(session, document_id)
        document = await documents.find_document(session, document_id)
        if version is None or document is None:
            raise NotFound
        settings = settings or ParseSettings.of(document.parse_settings)
        if BY_MEDIA_TYPE[version.media_type].name == ARCHIVE:
            raise DraftImpossible
        if await store.lock_for_draft(session, document_id, version.number) is None:
            raise DocumentBusy
        if old := await store.draft_of(session, document_id):
            await _drop(session, tools, old)
        draft = DraftRecord(
            id=(draft_id := new_id()),
            document_id=document_id,
            version_number=version.number,
            settings=settings.as_json(),
            state=DraftState.RUNNING.value,
            job_id=None,
            error_code=None,
            error_values=None,
            blob_key=f"{kept_beside(version.blob_key)}/draft-{draft_id}",
            created_by=actor.name if actor else documents.SYSTEM,
            created_at=now(),
        )
        await store.add_draft(session, draft)
        job_id = await open_job(session, tools.jobs.bell, DRAFT_JOB, INGEST_QUEUE, draft_id)
        await store.set_job(session, draft_id, job_id)
        await record_audit(session, actor, "document.draft_opened", str(document_id), **settings.as_json())
    if old is not None and old.job_id is not None and old.state == DraftState.RUNNING:
        await _stop(tools, old.job_id)
    return job_id


async def _stop(tools: DocumentTools, job_id: UUID) -> None:
    try:
        await cancel_job(tools.jobs, job_id)
    except (JobEnded, NotFound):
        return


async def _drop(session: Session, tools: DocumentTools, draft: DraftRecord) -> None:
    if await store.delete_draft(session, draft.id):
        after_commit(session, partial(drop_draft, tools.blobs, draft.blob_key))


async def show_draft(tools: DocumentTools, document_id: UUID) -> Shown:
    """The draft beside what search has now. Raises NotFound where there is none."""
    async with tools.database.reading() as session:
        draft = await store.draft_of(session, document_id)
        document = await find_edited_document(session, document_id)
        version = await documents.newest_version(session, document_id)
        if draft is None or document is None or version is None:
            raise NotFound
        outdated = document.pending_version is not None or version.number != draft.version_number
        shown = Shown(draft, Seen(document.version, document.edits), outdated)
        if draft.state != DraftState.READY or outdated:
            return shown
        before = await list_passages(session, document_id)
    parsed = await read_draft(tools.blobs, draft.blob_key)
    comparison = compare(before, carry(parsed.chunks, before, document.edits))
    return replace(shown, parsed=parsed, comparison=comparison)


async def accept_draft(tools: DocumentTools, document_id: UUID, seen: Seen, actor: Principal | None) -> None:
    """The draft is the document from the next search on, all of it or nothing.

    seen: what the comparison was made with. Raises NotFound, DraftNotReady, and DraftOutdated when the document was
    changed since.
    """
    async with tools.database.reading() as session:
        draft = await store.draft_of(session, document_id)
        version = await documents.newest_version(session, document_id)
        if draft is None or version is None:
            raise NotFound
    if draft.state != DraftState.READY:
        raise DraftNotReady
    try:
        parsed = await read_draft(tools.blobs, draft.blob_key)
        ready = await read_vectors(tools.blobs, draft.blob_key)
    except FileNotFoundError:
        raise DraftOutdated from None

    async def lock(session: Session) -> documents.DocumentRecord | None:
        document = await store.lock_for_draft(session, document_id, draft.version_number)
        same = document is not None and Seen(document.version, document.edits) == seen
        return document if same and await store.find_draft(session, draft.id) else None

    async def and_then(session: Session) -> None:
        await set_parse_settings(session, document_id, draft.settings)
        await _drop(session, tools, draft)
        await record_audit(session, actor, "document.draft_accepted", str(document_id), **draft.settings)

    if not await swap_in(tools, version, parsed, lock=lock, and_then=and_then, ready=ready):
        raise DraftOutdated
    log.info("draft_accepted", document_id=str(document_id), chunks=len(parsed.chunks))


async def discard_draft(tools: DocumentTools, document_id: UUID, actor: Principal | None) -> None:
    """Nothing changes. Raises NotFound where there is none."""
    async with tools.database.transaction() as session:
        draft = await store.draft_of(session, document_id)
        if draft is None:
            raise NotFound
        await _drop(session, tools, draft)
        await record_audit(session, actor, "document.draft_discarded", str(document_id))
    if draft.job_id is not None and draft.state == DraftState.RUNNING:
        await _stop(tools, draft.job_id)
