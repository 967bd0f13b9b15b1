"""The page of the rules of service."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import shell_page
from app.kernel.web import tool

router = APIRouter(prefix="/admin/service", include_in_schema=False)


@router.get("")
async def service_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Opening hours, outcomes, who is asked afterwards."""
    return shell_page(request, "desk/service.html", "service", principal, company)
