"""The page of canned replies."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/desk/canned", include_in_schema=False)


@dataclass(frozen=True)
class CannedPage(StaffPage):
    """The list; `may_share` shows who may write for everybody."""

    may_share: bool


@router.get("")
async def canned_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.DESK_SERVE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """One's own and everybody's, to write and change."""
    page = CannedPage(
        "canned",
        principal,
        company,
        company.name.read(page_locale(request)),
        may_share=principal.may(Permission.DESK_SUPERVISE),
    )
    return render(request, "desk/canned.html", page)
