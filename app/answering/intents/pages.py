"""The admin page of intents."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/admin/intents", include_in_schema=False)
Reader = Annotated[Principal, require(Permission.ANSWERING_INTENT_READ)]


@dataclass(frozen=True)
class IntentsPage(StaffPage):
    """Only those who may change intents get the buttons."""

    may_write: bool


@router.get("")
async def intents_page(request: Request, principal: Reader, company: Annotated[Company, tool(Company)]) -> Response:
    """Intents with their examples, a box to try them, the confusion table, versions."""
    name = company.name.read(page_locale(request))
    page = IntentsPage("intents", principal, company, name, principal.may(Permission.ANSWERING_INTENT_WRITE))
    return render(request, "answering/intents.html", page)
