"""The admin pages of FAQs: the list, one FAQ, importing, and those that mean the same."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool
from app.knowledge.faqs import get_faq
from app.knowledge.tools import FaqTools

router = APIRouter(prefix="/admin/faqs", include_in_schema=False)
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
OurCompany = Annotated[Company, tool(Company)]


@dataclass(frozen=True)
class FaqEditorPage(StaffPage):
    """One FAQ, or a new one."""

    faq_id: UUID | None = None


@router.get("")
async def faqs_page(request: Request, principal: Writer, company: OurCompany) -> Response:
    """Search, filters and the list."""
    return _plain(request, principal, company, "knowledge/faqs.html")


@router.get("/import")
async def import_page(request: Request, principal: Writer, company: OurCompany) -> Response:
    """A file, its report, and the confirmation."""
    return _plain(request, principal, company, "knowledge/faq_import.html")


@router.get("/pairs")
async def pairs_page(request: Request, principal: Writer, company: OurCompany) -> Response:
    """Entries that mean the same."""
    return _plain(request, principal, company, "knowledge/faq_pairs.html")


@router.get("/new")
async def new_page(request: Request, principal: Writer, company: OurCompany) -> Response:
    """A new FAQ."""
    page = FaqEditorPage("faqs", principal, company, company.name.read(page_locale(request)))
    return render(request, "knowledge/faq.html", page)


@router.get("/{faq_id}")
async def faq_page(
    faq_id: UUID,
    request: Request,
    principal: Writer,
    company: OurCompany,
    tools: Annotated[FaqTools, tool(FaqTools)],
) -> Response:
    """One FAQ with its phrasings."""
    await get_faq(tools.search, faq_id)
    page = FaqEditorPage("faqs", principal, company, company.name.read(page_locale(request)), faq_id)
    return render(request, "knowledge/faq.html", page)


def _plain(request: Request, principal: Principal, company: Company, template: str) -> Response:
    page = StaffPage("faqs", principal, company, company.name.read(page_locale(request)))
    return render(request, template, page)
