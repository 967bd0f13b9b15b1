"""The admin page of prompts."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/admin/prompts", include_in_schema=False)
Reader = Annotated[Principal, require(Permission.ANSWERING_PROMPT_READ)]


@dataclass(frozen=True)
class PromptsPage(StaffPage):
    """Only those who may change prompts get the buttons."""

    may_write: bool


@router.get("")
async def prompts_page(request: Request, principal: Reader, company: Annotated[Company, tool(Company)]) -> Response:
    """Templates, drafts, previews and versions."""
    name = company.name.read(page_locale(request))
    page = PromptsPage("prompts", principal, company, name, principal.may(Permission.ANSWERING_PROMPT_WRITE))
    return render(request, "answering/prompts.html", page)
