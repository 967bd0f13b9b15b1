"""The admin pages of knowledge: all documents, and one document with its chunks."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.errors import request_locale
from app.kernel.settings import Settings
from app.kernel.web import page_locale, render, tool
from app.knowledge.document_schemas import DocumentView
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import get_document
from app.knowledge.store import documents as store

router = APIRouter(prefix="/admin", include_in_schema=False)
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
OurCompany = Annotated[Company, tool(Company)]
CHUNKS_A_PAGE = 50


@dataclass(frozen=True)
class DocumentsPage(StaffPage):
    """The list; everything that changes is fetched by the page itself."""

    limit_mb: int


@dataclass(frozen=True)
class DocumentPage(StaffPage):
    """One document: its facts and a stretch of its chunks; `following` is where the next stretch begins."""

    document: DocumentView
    chunks: list[store.ChunkRecord]
    following: int | None


@router.get("")
@router.get("/documents")
async def documents_page(
    request: Request, principal: Writer, company: OurCompany, settings: Annotated[Settings, tool(Settings)]
) -> Response:
    """Upload, progress and the list of documents."""
    name = company.name.read(page_locale(request))
    page = DocumentsPage("documents", principal, company, name, settings.upload_limit_mb)
    return render(request, "knowledge/documents.html", page)


@router.get("/documents/{document_id}")
async def document_page(
    document_id: UUID,
    request: Request,
    principal: Writer,
    company: OurCompany,
    tools: Annotated[DocumentTools, tool(DocumentTools)],
    after: Annotated[int, Query(ge=-1, le=10_000_000)] = -1,
) -> Response:
    """One document as search sees it: chunk by chunk, with headings and pages."""
    document = await get_document(tools, document_id)
    async with tools.database.reading() as session:
        chunks = await store.list_chunks(session, document_id, after=after, limit=CHUNKS_A_PAGE + 1)
    following = chunks[CHUNKS_A_PAGE - 1].position if len(chunks) > CHUNKS_A_PAGE else None
    view = DocumentView.of(document, request_locale(request))
    name = company.name.read(page_locale(request))
    page = DocumentPage("documents", principal, company, name, view, chunks[:CHUNKS_A_PAGE], following)
    return render(request, "knowledge/document.html", page)
