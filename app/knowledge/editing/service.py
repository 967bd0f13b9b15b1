"""Changing one chunk: its words, in or out of search, back to an earlier state; only that chunk is embedded again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.clock import iso
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.knowledge.domain import NewChunk, PreparedChunks
from app.knowledge.editing import store
from app.knowledge.editing.domain import EditedDocument, Passage, PastState
from app.knowledge.editing.errors import ChunkChanged, DocumentBusy
from app.knowledge.errors import IndexMoved
from app.knowledge.index import prepare_chunks
from app.knowledge.store.passages import hold_index, put_in, take_out
from app.knowledge.tools import SearchTools

TRIES = 5


@dataclass(frozen=True)
class Editor:
    """One change under way: the locked document, the chunk as it is now, and what was prepared for the index."""

    session: Session
    document: EditedDocument
    passage: Passage
    prepared: PreparedChunks
    by: str


Change = Callable[[Editor], Awaitable[UUID]]


async def get_passage(tools: SearchTools, chunk_id: UUID) -> Passage:
    """Raises NotFound, also for chunks of FAQs."""
    async with tools.database.reading() as session:
        found = await store.find_passage(session, chunk_id)
    if found is None:
        raise NotFound
    return found


async def history(tools: SearchTools, chunk_id: UUID) -> list[PastState]:
    """What a chunk was before, the latest first; also of one that a merge ate."""
    async with tools.database.reading() as session:
        found = await store.past_states(session, chunk_id)
        passage = await store.find_passage(session, chunk_id)
    if passage is None and not found:
        raise NotFound
    return found


async def change(
    tools: SearchTools, passage: Passage, wanted: list[NewChunk], act: Change, actor: Principal | None, action: str
) -> Passage:
    """Embeds what is wanted outside any transaction, then acts in one on the chunk exactly as it was read.

    Raises ChunkChanged with the other's text when somebody was faster, DocumentBusy, NotFound, EmbedderUnavailable.
    """
    by = actor.name if actor else "system"
    for attempt in range(1, TRIES + 1):
        prepared = await prepare_chunks(tools, passage.title, wanted)
        try:
            async with tools.database.transaction() as session:
                document, current = await _hold(session, passage)
                chunk_id = await act(Editor(session, document, current, prepared, by))
                await record_audit(session, actor, f"chunk.{action}", str(chunk_id), document_id=str(document.id))
            return await get_passage(tools, chunk_id)
        except IndexMoved:
            if attempt == TRIES:
                raise
    raise IndexMoved


async def _hold(session: Session, passage: Passage) -> tuple[EditedDocument, Passage]:
    document = await store.find_edited_document(session, passage.document_id, lock=True)
    current = await store.find_passage(session, passage.id)
    if document is None or current is None:
        raise NotFound
    refuse_old(current, passage.revision)
    if document.pending_version is not None:
        raise DocumentBusy
    await hold_index(session, document.base_id)
    return document, current


def refuse_old(current: Passage, revision: int) -> None:
    """Raises ChunkChanged when the chunk is no longer what the editor saw."""
    if current.revision != revision:
        shown = {
            "chunk_id": str(current.id),
            "revision": current.revision,
            "text": current.text,
            "heading_path": list(current.heading_path),
            "edited_by": current.edited_by,
            "edited_at": iso(current.edited_at) if current.edited_at else None,
        }
        raise ChunkChanged(extra={"chunk": shown}, name=current.edited_by or "")


async def read_for_change(tools: SearchTools, chunk_id: UUID, revision: int) -> Passage:
    """The chunk if it is still what the editor saw. Raises NotFound, ChunkChanged."""
    passage = await get_passage(tools, chunk_id)
    refuse_old(passage, revision)
    return passage


async def edit_chunk(
    tools: SearchTools,
    chunk_id: UUID,
    *,
    revision: int,
    text: str,
    heading_path: tuple[str, ...] | None = None,
    actor: Principal | None = None,
) -> Passage:
    """Other words for a chunk; the answers that quoted it keep their quote."""
    passage = await read_for_change(tools, chunk_id, revision)
    path = passage.heading_path if heading_path is None else heading_path
    if (text, path) == (passage.text, passage.heading_path):
        return passage
    return await rewrite(tools, passage, text, path, actor, "edited")


async def rewrite(
    tools: SearchTools,
    passage: Passage,
    text: str,
    path: tuple[str, ...],
    actor: Principal | None,
    action: str,
    origins: tuple[str, ...] | None = None,
) -> Passage:
    """Keeps the state there is and puts the chunk in with other words. origins: unless they stay what they are."""
    wanted = NewChunk(passage.position, path, passage.page, text, kind=passage.kind, chunk_id=passage.id)

    async def act(editor: Editor) -> UUID:
        now_there = editor.passage
        await store.remember(editor.session, now_there, action, editor.by)
        await take_out(editor.session, now_there.base_id, [now_there.id])
        await store.change_passage(
            editor.session,
            now_there,
            editor.by,
            text=text,
            heading_path=list(path),
            origins=list(now_there.roots if origins is None else origins),
            original_text=now_there.text if now_there.origins is None else now_there.original_text,
        )
        if now_there.disabled_at is None:
            await put_in(
                editor.session,
                now_there.base_id,
                editor.prepared,
                [(now_there.id, editor.prepared.chunks[0])],
            )
        await store.count_edit(editor.session, editor.document)
        return now_there.id

    return await change(tools, passage, [wanted], act, actor, action)


async def disable_chunk(
    tools: SearchTools, chunk_id: UUID, *, revision: int | None = None, actor: Principal | None = None
) -> Passage:
    """The chunk is found no more from the next search on; it stays where it is."""
    passage = await get_passage(tools, chunk_id)
    if revision is not None:
        refuse_old(passage, revision)
    if passage.disabled_at is not None:
        return passage

    async def act(editor: Editor) -> UUID:
        await store.remember(editor.session, editor.passage, "disabled", editor.by)
        await take_out(editor.session, editor.passage.base_id, [chunk_id])
        await store.change_passage(editor.session, editor.passage, editor.by)
        await store.set_disabled(editor.session, [chunk_id], editor.by)
        await store.count_edit(editor.session, editor.document)
        return chunk_id

    return await change(tools, passage, [], act, actor, "disabled")


async def enable_chunk(
    tools: SearchTools, chunk_id: UUID, *, revision: int | None = None, actor: Principal | None = None
) -> Passage:
    """The chunk is found again, unless its whole document is disabled: then it waits for that."""
    passage = await get_passage(tools, chunk_id)
    if revision is not None:
        refuse_old(passage, revision)
    if passage.disabled_at is None or passage.disabled_with is not None:
        return passage

    async def act(editor: Editor) -> UUID:
        await store.remember(editor.session, editor.passage, "enabled", editor.by)
        await store.change_passage(editor.session, editor.passage, editor.by)
        if editor.document.disabled_at is not None:
            await store.set_disabled(editor.session, [chunk_id], editor.by, "document")
        else:
            await store.set_disabled(editor.session, [chunk_id], None)
            await put_in(
                editor.session, editor.passage.base_id, editor.prepared, [(chunk_id, editor.prepared.chunks[0])]
            )
        await store.count_edit(editor.session, editor.document)
        return chunk_id

    return await change(tools, passage, [passage.as_new()], act, actor, "enabled")
