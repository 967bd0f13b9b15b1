"""The admin page of words."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/admin/words", include_in_schema=False)
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]


@router.get("")
async def words_page(request: Request, principal: Writer, company: Annotated[Company, tool(Company)]) -> Response:
    """Synonyms, protected terms, a box to try them, and versions."""
    page = StaffPage("words", principal, company, company.name.read(page_locale(request)))
    return render(request, "knowledge/words.html", page)
