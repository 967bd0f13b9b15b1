"""The page of escalation rules."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import shell_page
from app.kernel.web import tool

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/rules")
async def rules_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """What brings conversations to people, with a replay on those that have been; the page fetches them itself."""
    return shell_page(request, "escalation/rules.html", "rules", principal, company)
