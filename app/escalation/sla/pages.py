"""The page of service levels."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import shell_page
from app.kernel.web import tool

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/service-levels")
async def service_levels_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Policies, calendars, what would be due, how it went; the page fetches them itself."""
    return shell_page(request, "escalation/service_levels.html", "service-levels", principal, company)
