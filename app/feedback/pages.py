"""The pages where corrections are reviewed and gaps are closed."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import shell_page
from app.kernel.web import tool

router = APIRouter(include_in_schema=False)


@router.get("/desk/corrections")
async def corrections_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_PROPOSE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """What should have been said, waiting for a second pair of eyes."""
    return shell_page(request, "feedback/corrections.html", "corrections", principal, company)


@router.get("/admin/gaps")
async def gaps_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_REVIEW)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """What the bot could not answer, by meaning, on its way to an answer."""
    return shell_page(request, "feedback/gaps.html", "gaps", principal, company)
