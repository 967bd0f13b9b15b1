"""The admin page of tools."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/admin/tools", include_in_schema=False)
Reader = Annotated[Principal, require(Permission.ANSWERING_TOOL_READ)]


@dataclass(frozen=True)
class ToolsPage(StaffPage):
    """Only those who may change tools get the buttons."""

    may_write: bool


@router.get("")
async def tools_page(request: Request, principal: Reader, company: Annotated[Company, tool(Company)]) -> Response:
    """Servers, tools, imports, a box to try them, and their calls."""
    name = company.name.read(page_locale(request))
    page = ToolsPage("tools", principal, company, name, principal.may(Permission.ANSWERING_TOOL_WRITE))
    return render(request, "answering/tools.html", page)
