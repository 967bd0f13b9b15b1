"""The page of training runs."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class TrainingPage(StaffPage):
    """The runs are fetched by the page itself; only those who may start one get the buttons."""

    may_start: bool


@router.get("/admin/training")
async def training_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.TRAINING_READ)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Runs with their progress and loss."""
    name = company.name.read(page_locale(request))
    page = TrainingPage("training", principal, company, name, principal.may(Permission.TRAINING_WRITE))
    return render(request, "training/runs.html", page)
