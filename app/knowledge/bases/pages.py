"""The admin page of knowledge bases."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool


@dataclass(frozen=True)
class BasesPage(StaffPage):
    """The bases, and the tiers of customers for those who may set them."""

    may_set_tiers: bool


router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/bases")
async def bases_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Every base with whom it is for and what is in it; the page fetches them itself."""
    may_set_tiers = principal.may(Permission.CONVERSATIONS_CUSTOMER_WRITE)
    page = BasesPage("bases", principal, company, company.name.read(page_locale(request)), may_set_tiers)
    return render(request, "knowledge/bases.html", page)
