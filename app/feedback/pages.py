"""The pages where corrections are reviewed and gaps are closed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class CorrectionsPage(StaffPage):
    """The corrections are fetched by the page itself; only reviewers get the buttons."""

    may_review: bool


@router.get("/desk/corrections")
async def corrections_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_PROPOSE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """What should have been said, waiting for a second pair of eyes."""
    name = company.name.read(page_locale(request))
    may_review = principal.may(Permission.FEEDBACK_CORRECTION_REVIEW)
    page = CorrectionsPage("corrections", principal, company, name, may_review)
    return render(request, "feedback/corrections.html", page)


@router.get("/admin/gaps")
async def gaps_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_REVIEW)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """What the bot could not answer, by meaning, on its way to an answer."""
    page = StaffPage("gaps", principal, company, company.name.read(page_locale(request)))
    return render(request, "feedback/gaps.html", page)
