"""JSON routes of reading documents: page pictures, what is on a page, and how a document is cut."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from app.accounts import Permission
from app.accounts.access import require
from app.kernel.errors import NotFound
from app.kernel.web import tool
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import get_document
from app.knowledge.drafts.store import draft_of
from app.knowledge.parsing.pages import has_pages, page_picture
from app.knowledge.parsing.schemas import (
    ChunkPage,
    DocumentSettings,
    PageView,
    ParseSettingsIn,
    PlacedChunkView,
)
from app.knowledge.parsing.store import chunk_page, chunks_on_page

router = APIRouter(prefix="/api/v1/documents/{document_id}", tags=["documents"])
Tools = Annotated[DocumentTools, tool(DocumentTools)]
PageNumber = Annotated[int, Path(ge=1, le=100_000)]
PNG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}, "description": "The page."}}
KEEP = {"Cache-Control": "private, max-age=3600"}


@router.get(
    "/pages/{page}.png",
    dependencies=[require(Permission.KNOWLEDGE_READ)],
    response_class=Response,
    responses=PNG,
)
async def picture(
    document_id: UUID, page: PageNumber, tools: Tools, width: Annotated[int, Query(ge=100, le=4_000)] = 800
) -> Response:
    """A page of a PDF or an image file as a picture, at least `width` pixels across where that is offered."""
    document = await get_document(tools, document_id)
    return Response(await page_picture(tools, document, page, width), media_type="image/png", headers=KEEP)


@router.get("/pages/{page}", dependencies=[require(Permission.KNOWLEDGE_READ)])
async def on_page(document_id: UUID, page: PageNumber, tools: Tools) -> PageView:
    """The passages that stand on a page, with their boxes."""
    document = await get_document(tools, document_id)
    count = document.page_count or 0
    if not has_pages(document.media_type) or page > count:
        raise NotFound
    async with tools.database.reading() as session:
        chunks = await chunks_on_page(session, document_id, page)
    return PageView(page=page, page_count=count, chunks=[PlacedChunkView.of(chunk) for chunk in chunks])


@router.get("/chunks/{chunk_id}/page", dependencies=[require(Permission.KNOWLEDGE_READ)])
async def page_of(document_id: UUID, chunk_id: UUID, tools: Tools) -> ChunkPage:
    """The page a passage begins on; none where a document has no pages. 404 for a passage that is no longer in it."""
    async with tools.database.reading() as session:
        found = await chunk_page(session, document_id, chunk_id)
    if found is None:
        raise NotFound
    return ChunkPage(chunk_id=chunk_id, page=found.page)


@router.get("/parse-settings", dependencies=[require(Permission.KNOWLEDGE_READ)])
async def settings(document_id: UUID, tools: Tools) -> DocumentSettings:
    """How the document is cut now, and whether there is a draft of other settings."""
    document = await get_document(tools, document_id)
    async with tools.database.reading() as session:
        draft = await draft_of(session, document_id)
    settings = ParseSettingsIn(**document.settings.as_json())
    return DocumentSettings(settings=settings, has_draft=draft is not None)
