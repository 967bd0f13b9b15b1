"""The page of inspection."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/desk", include_in_schema=False)


@dataclass(frozen=True)
class InspectionPage(StaffPage):
    """Whether the reader inspects, or looks at their own results."""

    @property
    def inspects(self) -> bool:
        """Whether this person may score."""
        return self.principal.may(Permission.DESK_SUPERVISE)


@router.get("/inspection")
async def inspection_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SERVE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """What is to be looked at beside the form; agents see their own results."""
    page = InspectionPage("inspection", principal, company, company.name.read(page_locale(request)))
    return render(request, "desk/inspection.html", page)
