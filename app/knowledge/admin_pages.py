"""The admin pages of knowledge: all documents, and one document with its chunks."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.errors import request_locale
from app.kernel.settings import Settings
from app.kernel.web import page_locale, render, tool
from app.knowledge.document_schemas import DocumentView
from app.knowledge.documents import get_document
from app.knowledge.shelf.tools import ShelfTools

router = APIRouter(prefix="/admin", include_in_schema=False)
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
OurCompany = Annotated[Company, tool(Company)]


@dataclass(frozen=True)
class DocumentsPage(StaffPage):
    """The list; everything that changes is fetched by the page itself."""

    limit_mb: int


@dataclass(frozen=True)
class DocumentPage(StaffPage):
    """One document; its chunks, uses and versions are fetched by the page. questions: regression questions are kept."""

    document: DocumentView
    questions: bool


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
    tools: Annotated[ShelfTools, tool(ShelfTools)],
) -> Response:
    """One document: the original beside its chunks, who used it, its versions and what people decide about it."""
    document = await get_document(tools.documents, document_id)
    view = DocumentView.of(document, request_locale(request))
    name = company.name.read(page_locale(request))
    page = DocumentPage("documents", principal, company, name, view, tools.questions is not None)
    return render(request, "knowledge/document.html", page)
