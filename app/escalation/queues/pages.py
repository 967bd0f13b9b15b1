"""The page of queues."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/queues")
async def queues_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Groups with their members and modes, and everybody who serves; the page fetches them itself."""
    page = StaffPage("queues", principal, company, company.name.read(page_locale(request)))
    return render(request, "escalation/queues.html", page)
