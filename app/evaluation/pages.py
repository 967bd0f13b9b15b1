"""The pages of the hit test, of regression questions and of whole answers; their elements fetch what they show."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, require(Permission.EVALUATION_READ)]
Profile = Annotated[Company, tool(Company)]


@dataclass(frozen=True)
class EvaluationPage(StaffPage):
    """Only those who may change questions and start runs get the buttons."""

    may_write: bool


def _page(active: str, request: Request, principal: Principal, company: Company) -> EvaluationPage:
    name = company.name.read(page_locale(request))
    return EvaluationPage(active, principal, company, name, principal.may(Permission.EVALUATION_WRITE))


@router.get("/admin/hit-test")
async def hit_test_page(request: Request, principal: Reader, company: Profile) -> Response:
    """One question through every stage."""
    return render(request, "evaluation/hit_test.html", _page("hit-test", request, principal, company))


@router.get("/admin/regression")
async def regression_page(request: Request, principal: Reader, company: Profile) -> Response:
    """Sets, questions, runs and the gate."""
    return render(request, "evaluation/regression.html", _page("regression", request, principal, company))


@router.get("/admin/evaluation")
async def evaluation_page(request: Request, principal: Reader, company: Profile) -> Response:
    """Runs over labelled questions: figures, curves, and what changed between two of them."""
    return render(request, "evaluation/evaluation.html", _page("evaluation", request, principal, company))
