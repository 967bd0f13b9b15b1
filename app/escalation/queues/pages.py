"""The page of queues."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import shell_page
from app.kernel.web import tool

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/queues")
async def queues_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Groups with their members and modes, and everybody who serves; the page fetches them itself."""
    return shell_page(request, "escalation/queues.html", "queues", principal, company)
