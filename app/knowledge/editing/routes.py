"""JSON routes of chunks: a document's list, one chunk, edit, split, merge, add, disable, history, roll back, uses."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import NotFound
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor
from app.kernel.web import tool
from app.knowledge.editing import store
from app.knowledge.editing.domain import Passage
from app.knowledge.editing.reshape import add_chunk, merge_with_next, split_chunk
from app.knowledge.editing.rollback import roll_back
from app.knowledge.editing.schemas import (
    AddForm,
    CheckResult,
    ChunkCreated,
    ChunkView,
    EditForm,
    MergeForm,
    PastList,
    PastView,
    RollBackForm,
    SplitForm,
    SplitResult,
    StateForm,
)
from app.knowledge.editing.service import disable_chunk, edit_chunk, enable_chunk, get_passage, history
from app.knowledge.shelf.paging import before_answer, uses_page
from app.knowledge.shelf.schemas import UseView
from app.knowledge.shelf.tools import ShelfTools

router = APIRouter(prefix="/api/v1", tags=["chunks"])
Tools = Annotated[ShelfTools, tool(ShelfTools)]
Reader = require(Permission.KNOWLEDGE_READ)
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
Cursor = Annotated[str | None, Query(max_length=200)]


async def _views(tools: ShelfTools, passages: Sequence[Passage]) -> list[ChunkView]:
    counts = await tools.uses.counts("chunk", [passage.id for passage in passages], None)
    return [ChunkView.of(one, counts[one.id].answers if one.id in counts else 0) for one in passages]


async def _view(tools: ShelfTools, passage: Passage) -> ChunkView:
    return (await _views(tools, [passage]))[0]


@router.get("/documents/{document_id}/chunks", dependencies=[Reader])
async def chunks(
    document_id: UUID,
    tools: Tools,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[Limit, Query()] = 50,
    cursor: Cursor = None,
) -> Page[ChunkView]:
    """The passages of the version search sees, in order, disabled ones too; `q` must occur in them."""
    words = q.replace("\x00", "").strip()
    async with tools.database.reading() as session:
        if await store.find_edited_document(session, document_id) is None:
            raise NotFound
        found = await store.list_passages(session, document_id, after=_after(cursor), limit=limit + 1, words=words)
    following = encode_cursor(str(found[limit - 1].position)) if len(found) > limit else None
    return Page(items=await _views(tools, found[:limit]), next_cursor=following)


def _after(cursor: str | None) -> int:
    parts = decode_cursor(cursor, 1)
    if not parts:
        return -1
    if not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 9:
        raise BadCursor
    return int(parts[0])


@router.post("/documents/{document_id}/chunks", status_code=201)
async def add(document_id: UUID, form: AddForm, response: Response, tools: Tools, principal: Writer) -> ChunkCreated:
    """Adds a chunk written by hand; it is found from the next search on."""
    path = None if form.heading_path is None else tuple(form.heading_path)
    search = tools.documents.search
    passage = await add_chunk(search, document_id, text=form.text, heading_path=path, after=form.after, actor=principal)
    response.headers["Location"] = f"/api/v1/chunks/{passage.id}"
    return ChunkCreated(chunk_id=passage.id, chunk=ChunkView.of(passage))


@router.get("/chunks/{chunk_id}", dependencies=[Reader])
async def show(chunk_id: UUID, tools: Tools) -> ChunkView:
    """One chunk of a document."""
    return await _view(tools, await get_passage(tools.documents.search, chunk_id))


@router.patch("/chunks/{chunk_id}")
async def edit(chunk_id: UUID, form: EditForm, tools: Tools, principal: Writer) -> ChunkView:
    """Other words; 409 `chunk_changed` with the other's text in `chunk` when somebody saved it first."""
    path = None if form.heading_path is None else tuple(form.heading_path)
    passage = await edit_chunk(
        tools.documents.search,
        chunk_id,
        revision=form.revision,
        text=form.text,
        heading_path=path,
        actor=principal,
    )
    return await _view(tools, passage)


@router.post("/chunks/{chunk_id}/split")
async def split(chunk_id: UUID, form: SplitForm, tools: Tools, principal: Writer) -> SplitResult:
    """Cuts it in two; the second half is a new chunk."""
    both = await split_chunk(tools.documents.search, chunk_id, revision=form.revision, at=form.at, actor=principal)
    return SplitResult(items=await _views(tools, both))


@router.post("/chunks/{chunk_id}/merge")
async def merge(chunk_id: UUID, form: MergeForm, tools: Tools, principal: Writer) -> ChunkView:
    """Joins it with the next one, which goes away."""
    passage = await merge_with_next(
        tools.documents.search,
        chunk_id,
        revision=form.revision,
        next_revision=form.next_revision,
        actor=principal,
    )
    return await _view(tools, passage)


@router.post("/chunks/{chunk_id}/disable")
async def disable(chunk_id: UUID, form: StateForm, tools: Tools, principal: Writer) -> ChunkView:
    """Takes it out of search at once."""
    search = tools.documents.search
    return await _view(tools, await disable_chunk(search, chunk_id, revision=form.revision, actor=principal))


@router.post("/chunks/{chunk_id}/enable")
async def enable(chunk_id: UUID, form: StateForm, tools: Tools, principal: Writer) -> ChunkView:
    """Puts it back into search."""
    search = tools.documents.search
    return await _view(tools, await enable_chunk(search, chunk_id, revision=form.revision, actor=principal))


@router.get("/chunks/{chunk_id}/history", dependencies=[Reader])
async def past(chunk_id: UUID, tools: Tools) -> PastList:
    """What it was before, the latest first; also for a chunk that a merge took away."""
    return PastList(items=[PastView.of(state) for state in await history(tools.documents.search, chunk_id)])


@router.post("/chunks/{chunk_id}/rollback")
async def back(chunk_id: UUID, form: RollBackForm, tools: Tools, principal: Writer) -> ChunkView:
    """Brings an earlier revision back; splits and merges since then are undone."""
    passage = await roll_back(tools.documents.search, chunk_id, revision=form.revision, to=form.to, actor=principal)
    return await _view(tools, passage)


@router.post("/chunks/{chunk_id}/check")
async def check(chunk_id: UUID, tools: Tools, principal: Writer) -> CheckResult:
    """Asks the regression questions of the knowledge as it is, before a chunk is saved. 404 where none are kept."""
    await get_passage(tools.documents.search, chunk_id)
    if tools.questions is None:
        raise NotFound
    return CheckResult.of(await tools.questions.measure(None))


@router.get("/chunks/{chunk_id}/uses", dependencies=[Reader, require(Permission.CONVERSATIONS_READ)])
async def uses(
    chunk_id: UUID, tools: Tools, limit: Annotated[Limit, Query()] = 50, cursor: Cursor = None
) -> Page[UseView]:
    """The answers that quoted it, newest first."""
    await get_passage(tools.documents.search, chunk_id)
    found = await tools.uses.answers("chunk", chunk_id, before_answer(cursor), limit + 1)
    return uses_page(found, limit)
