"""The admin page of the guard."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/admin/guard", include_in_schema=False)
Reader = Annotated[Principal, require(Permission.ANSWERING_GUARD_READ)]


@dataclass(frozen=True)
class GuardPage(StaffPage):
    """Only those who may change the guard get the buttons."""

    may_write: bool


@router.get("")
async def guard_page(request: Request, principal: Reader, company: Annotated[Company, tool(Company)]) -> Response:
    """Words, links, attempts, the bank, a box to try a text, versions."""
    name = company.name.read(page_locale(request))
    page = GuardPage("guard", principal, company, name, principal.may(Permission.ANSWERING_GUARD_WRITE))
    return render(request, "answering/guard.html", page)
