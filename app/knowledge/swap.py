"""The swap: new passages of a document take the place of the old in one transaction, with the hand work that fits."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from app.kernel.database import Session
from app.knowledge.document_tools import DocumentTools
from app.knowledge.editing.versions import keep_hand_work, settle_hand_work
from app.knowledge.errors import IndexMoved
from app.knowledge.events import SearchChanged
from app.knowledge.index import Progress, Ready, prepare_chunks
from app.knowledge.parsed import ParsedDocument
from app.knowledge.store import documents as store
from app.knowledge.store.chunks import replace_document_chunks
from app.knowledge.store.documents import DocumentRecord, VersionRecord

SWAP_TRIES = 5
Lock = Callable[[Session], Awaitable[DocumentRecord | None]]
AndThen = Callable[[Session], Awaitable[None]]


async def swap_in(
    tools: DocumentTools,
    version: VersionRecord,
    parsed: ParsedDocument,
    *,
    lock: Lock,
    and_then: AndThen,
    on_progress: Progress | None = None,
    ready: Ready | None = None,
) -> bool:
    """Embeds outside any transaction, then swaps in one; again when the embedder or a chunk changed in between.

    lock: the document under a row lock, None when it is no longer to be swapped; then nothing happens and the answer
    is False. and_then: what else belongs into the transaction. ready: vectors that were made before.
    """
    for attempt in range(1, SWAP_TRIES + 1):
        work = await keep_hand_work(tools.search, version.document_id, parsed.chunks)
        prepared = await prepare_chunks(
            tools.search,
            parsed.title,
            work.chunks,
            replaces=version.document_id,
            on_progress=on_progress,
            ready=ready,
        )
        try:
            async with tools.database.transaction() as session:
                document = await lock(session)
                if document is None:
                    return False
                await replace_document_chunks(
                    session,
                    base_id=document.base_id,
                    document_id=document.id,
                    version_number=version.number,
                    prepared=prepared,
                )
                await settle_hand_work(session, document.id, version.number, work)
                await store.serve_version(session, version, replace(parsed, chunks=work.chunks))
                if document.version == version.number:  # the same bytes, cut anew
                    await tools.jobs.announcer.announce(session, SearchChanged("chunking", str(document.id)))
                await and_then(session)
            return True
        except IndexMoved:
            if attempt == SWAP_TRIES:
                raise
    raise IndexMoved
