"""The page of escalation rules."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/rules")
async def rules_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """What brings conversations to people, with a replay on those that have been; the page fetches them itself."""
    page = StaffPage("rules", principal, company, company.name.read(page_locale(request)))
    return render(request, "escalation/rules.html", page)
