"""The page of service levels."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/service-levels")
async def service_levels_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Policies, calendars, what would be due, how it went; the page fetches them itself."""
    page = StaffPage("service-levels", principal, company, company.name.read(page_locale(request)))
    return render(request, "escalation/service_levels.html", page)
