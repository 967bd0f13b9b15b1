"""The pages of the overview."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/desk", include_in_schema=False)
OurCompany = Annotated[Company, tool(Company)]


@router.get("/wall")
async def wall_page(
    request: Request, principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)], company: OurCompany
) -> Response:
    """What is going on now."""
    page = StaffPage("wall", principal, company, company.name.read(page_locale(request)))
    return render(request, "desk/wall.html", page)


@router.get("/search")
async def search_page(
    request: Request, principal: Annotated[Principal, require(Permission.CONVERSATIONS_READ)], company: OurCompany
) -> Response:
    """Conversations by their words."""
    page = StaffPage("search", principal, company, company.name.read(page_locale(request)))
    return render(request, "desk/search.html", page)
