"""The pages of the overview."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import shell_page
from app.kernel.web import tool

router = APIRouter(prefix="/desk", include_in_schema=False)
OurCompany = Annotated[Company, tool(Company)]


@router.get("/wall")
async def wall_page(
    request: Request, principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)], company: OurCompany
) -> Response:
    """What is going on now."""
    return shell_page(request, "desk/wall.html", "wall", principal, company)


@router.get("/search")
async def search_page(
    request: Request, principal: Annotated[Principal, require(Permission.CONVERSATIONS_READ)], company: OurCompany
) -> Response:
    """Conversations by their words."""
    return shell_page(request, "desk/search.html", "search", principal, company)
