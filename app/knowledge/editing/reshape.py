"""Changing which chunks there are: split one in two, merge one with the next, add one; only new texts are embedded."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.knowledge.domain import NewChunk
from app.knowledge.editing import store
from app.knowledge.editing.domain import Passage
from app.knowledge.editing.errors import DocumentBusy, NoNextChunk, NothingToSplit, TableStaysWhole
from app.knowledge.editing.service import TRIES, Editor, change, get_passage, read_for_change, refuse_old
from app.knowledge.errors import IndexMoved
from app.knowledge.index import prepare_chunks
from app.knowledge.store.passages import hold_index, put_in, take_out
from app.knowledge.tools import SearchTools

TABLE = "table"


async def split_chunk(
    tools: SearchTools, chunk_id: UUID, *, revision: int, at: int, actor: Principal | None = None
) -> tuple[Passage, Passage]:
    """Cuts a chunk in two; the second half is a new chunk behind it. at: code points into its text.

    Raises NothingToSplit, TableStaysWhole, ChunkChanged.
    """
    passage = await read_for_change(tools, chunk_id, revision)
    head, tail = passage.text[:at].rstrip(), passage.text[at:].lstrip()
    if passage.kind == TABLE:
        raise TableStaysWhole
    if not head.strip() or not tail.strip():
        raise NothingToSplit
    cut = min(passage.char_end, passage.char_start + at)
    first = replace(passage.as_new(text=head), char_end=cut)
    second = replace(
        passage.as_new(text=tail), chunk_id=new_id(), position=passage.position + 1, char_start=cut, kind=passage.kind
    )

    async def act(editor: Editor) -> UUID:
        session, now_there = editor.session, editor.passage
        other = {"chunk_id": str(second.chunk_id)}
        await store.remember(session, now_there, "split", editor.by, other)
        await take_out(session, now_there.base_id, [chunk_id])
        original = now_there.text if now_there.origins is None else now_there.original_text
        await store.change_passage(
            session,
            now_there,
            editor.by,
            text=head,
            char_end=cut,
            origins=list(now_there.roots),
            original_text=original,
        )
        await store.make_room(session, now_there.document_id, now_there.position)
        await _add(editor, second, now_there.roots, original)
        await _index(editor, now_there, [chunk_id, second.chunk_id])
        await store.count_edit(session, editor.document, 1)
        return chunk_id

    shown = await change(tools, passage, [first, second], act, actor, "split")
    assert second.chunk_id is not None
    return shown, await get_passage(tools, second.chunk_id)


async def _add(editor: Editor, chunk: NewChunk, origins: tuple[str, ...], original: str | None) -> None:
    disabled = editor.passage.disabled_by if editor.passage.disabled_at else None
    chunk_id = await store.add_passage(
        editor.session, editor.document, chunk, origins=origins, original_text=original, by=editor.by
    )
    if disabled is not None:
        await store.set_disabled(editor.session, [chunk_id], disabled, editor.passage.disabled_with)


async def _index(editor: Editor, like: Passage, ids: list[UUID | None]) -> None:
    if like.disabled_at is None:
        placed = [(one, chunk) for one, chunk in zip(ids, editor.prepared.chunks, strict=True) if one is not None]
        await put_in(editor.session, like.base_id, editor.prepared, placed)


async def merge_with_next(
    tools: SearchTools, chunk_id: UUID, *, revision: int, next_revision: int, actor: Principal | None = None
) -> Passage:
    """Joins a chunk with the one behind it, which goes away. Raises NoNextChunk, TableStaysWhole, ChunkChanged."""
    passage = await read_for_change(tools, chunk_id, revision)
    async with tools.database.reading() as session:
        following = await store.next_passage(session, passage)
    if following is None:
        raise NoNextChunk
    refuse_old(following, next_revision)
    if TABLE in (passage.kind, following.kind):
        raise TableStaysWhole
    joined = f"{passage.text}\n{following.text}"
    roots = (*passage.roots, *(root for root in following.roots if root not in passage.roots))
    wanted = replace(passage.as_new(text=joined), char_end=max(passage.char_end, following.char_end))

    async def act(editor: Editor) -> UUID:
        session, now_there = editor.session, editor.passage
        eaten = await store.next_passage(session, now_there)
        if eaten is None or eaten.id != following.id:
            raise NoNextChunk
        refuse_old(eaten, next_revision)
        await store.remember(session, now_there, "merged", editor.by, _as_json(eaten))
        await store.remember(session, eaten, "merged_away", editor.by, {"chunk_id": str(chunk_id)})
        await take_out(session, now_there.base_id, [chunk_id, eaten.id])
        await store.drop_passage(session, eaten.id)
        await store.make_room(session, now_there.document_id, now_there.position, -1)
        await store.change_passage(
            session,
            now_there,
            editor.by,
            text=joined,
            char_end=wanted.char_end,
            origins=list(roots),
            original_text=_joined_originals(now_there, eaten),
        )
        await _index(editor, now_there, [chunk_id])
        await store.count_edit(session, editor.document, -1)
        return chunk_id

    return await change(tools, passage, [wanted], act, actor, "merged")


def _joined_originals(first: Passage, second: Passage) -> str:
    texts = [one.text if one.origins is None else one.original_text for one in (first, second)]
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _as_json(passage: Passage) -> dict[str, Any]:
    kept = asdict(passage)
    names = (
        "kind",
        "heading_path",
        "page",
        "char_start",
        "char_end",
        "text",
        "revision",
        "origins",
        "original_text",
        "boxes",
    )
    return {"chunk_id": str(passage.id)} | {name: kept[name] for name in names}


async def add_chunk(
    tools: SearchTools,
    document_id: UUID,
    *,
    text: str,
    heading_path: tuple[str, ...] | None = None,
    after: UUID | None = None,
    actor: Principal | None = None,
) -> Passage:
    """A chunk written by hand, behind another one (under its headings unless told others) or at the beginning."""
    by = actor.name if actor else "system"
    for _ in range(TRIES):
        async with tools.database.reading() as session:
            document = await store.find_edited_document(session, document_id)
            before = await store.find_passage(session, after) if after else None
        if document is None or (after and (before is None or before.document_id != document_id)):
            raise NotFound
        path = heading_path if heading_path is not None else before.heading_path if before else ()
        place = before.position + 1 if before else 0
        chunk = NewChunk(place, path, before.page if before else None, text, chunk_id=new_id())
        if before is not None:
            chunk = replace(chunk, char_start=before.char_end, char_end=before.char_end)
        prepared = await prepare_chunks(tools, document.title, [chunk])
        try:
            async with tools.database.transaction() as session:
                locked = await store.find_edited_document(session, document_id, lock=True)
                if locked is None:
                    raise NotFound
                if locked.pending_version is not None:
                    raise DocumentBusy
                if locked.edits != document.edits or locked.version != document.version:
                    continue  # the chunk before may have moved: look again
                await hold_index(session, locked.base_id)
                await store.make_room(session, document_id, place - 1)
                chunk_id = await store.add_passage(session, locked, chunk, origins=(), original_text=None, by=by)
                if locked.disabled_at is not None:
                    await store.set_disabled(session, [chunk_id], by, "document")
                else:
                    await put_in(session, locked.base_id, prepared, [(chunk_id, prepared.chunks[0])])
                await store.count_edit(session, locked, 1)
                await record_audit(session, actor, "chunk.added", str(chunk_id), document_id=str(document_id))
            return await get_passage(tools, chunk_id)
        except IndexMoved:
            continue
    raise IndexMoved
