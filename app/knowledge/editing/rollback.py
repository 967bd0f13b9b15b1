"""Bringing a chunk back to an earlier revision; splits and merges on the way are undone, nothing is lost."""

from typing import Any
from uuid import UUID

from app.accounts import Principal
from app.kernel.errors import NotFound
from app.knowledge.domain import Box, NewChunk
from app.knowledge.editing import store
from app.knowledge.editing.domain import Passage, PastState
from app.knowledge.editing.errors import ChunkReshaped
from app.knowledge.editing.service import Editor, change, read_for_change
from app.knowledge.store.passages import put_in, take_out
from app.knowledge.tools import SearchTools


async def roll_back(
    tools: SearchTools, chunk_id: UUID, *, revision: int, to: int, actor: Principal | None = None
) -> Passage:
    """The chunk as it was under revision `to`, as a new revision. A split since then is joined again, a merge parted.

    Whether it is disabled stays as it is now. Raises NotFound for an unknown revision, ChunkChanged, ChunkReshaped
    when the half that a split made was changed since.
    """
    passage = await read_for_change(tools, chunk_id, revision)
    async with tools.database.reading() as session:
        states = [state for state in await store.past_states(session, chunk_id) if state.revision >= to]
    target = next((state for state in states if state.revision == to), None)
    if target is None:
        raise NotFound
    parted = [_chunk(state.other) for state in states if state.action == "merged" and state.other]
    wanted = [
        NewChunk(passage.position, target.heading_path, passage.page, target.text, kind=passage.kind),
        *parted,
    ]

    async def act(editor: Editor) -> UUID:
        session, now_there = editor.session, editor.passage
        await store.remember(session, now_there, "rolled_back", editor.by)
        await take_out(session, now_there.base_id, [chunk_id])
        more, revived = await _undo(editor, states)
        original = now_there.original_text if now_there.original_text is not None else now_there.text
        untouched = target.origins is None
        await store.change_passage(
            session,
            now_there,
            editor.by,
            text=target.text,
            heading_path=list(target.heading_path),
            origins=None if untouched else list(target.origins or ()),
            original_text=None if untouched else original,
        )
        if now_there.disabled_at is None:
            placed = list(zip([chunk_id, *revived], editor.prepared.chunks, strict=True))
            await put_in(session, now_there.base_id, editor.prepared, placed)
        elif revived:
            await store.set_disabled(session, revived, now_there.disabled_by, now_there.disabled_with)
        await store.count_edit(session, editor.document, more)
        return chunk_id

    return await change(tools, passage, wanted, act, actor, "rolled_back")


async def _undo(editor: Editor, states: list[PastState]) -> tuple[int, list[UUID]]:
    """Undoes splits and merges, the latest first; gives how many chunks there are more, and those that came back."""
    session, passage = editor.session, editor.passage
    more, revived = 0, []
    for state in states:
        if state.action == "split" and state.other:
            half = await store.next_passage(session, passage)
            if half is None or str(half.id) != state.other["chunk_id"] or half.revision != 1 or half.id in revived:
                raise ChunkReshaped
            await take_out(session, passage.base_id, [half.id])
            await store.remember(session, half, "merged_away", editor.by, {"chunk_id": str(passage.id)})
            await store.drop_passage(session, half.id)
            await store.make_room(session, passage.document_id, passage.position, -1)
            more -= 1
        elif state.action == "merged" and state.other:
            await store.make_room(session, passage.document_id, passage.position)
            chunk = _chunk(state.other, passage.position + 1)
            revived.append(
                await store.add_passage(
                    session,
                    editor.document,
                    chunk,
                    origins=state.other["origins"],
                    original_text=state.other["original_text"],
                    by=editor.by,
                    revision=int(state.other["revision"]) + 1,
                )
            )
            more += 1
    return more, revived


def _chunk(other: dict[str, Any] | None, position: int = 0) -> NewChunk:
    assert other is not None
    return NewChunk(
        position,
        tuple(other["heading_path"]),
        other["page"],
        other["text"],
        char_start=other["char_start"],
        char_end=other["char_end"],
        kind=other["kind"],
        boxes=tuple(Box(**box) for box in other["boxes"]),
        chunk_id=UUID(other["chunk_id"]),
    )
