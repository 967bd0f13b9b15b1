"""The page of the rules of service."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/admin/service", include_in_schema=False)


@router.get("")
async def service_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Opening hours, outcomes, who is asked afterwards."""
    page = StaffPage("service", principal, company, company.name.read(page_locale(request)))
    return render(request, "desk/service.html", page)
