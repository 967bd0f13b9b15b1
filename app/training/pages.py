"""The pages of datasets, training runs, models and blind comparison; each fetches its content itself."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import shell_page
from app.kernel.web import tool

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, require(Permission.TRAINING_READ)]
Judge = Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_PROPOSE)]
OurCompany = Annotated[Company, tool(Company)]


@router.get("/admin/training")
async def training_page(request: Request, principal: Reader, company: OurCompany) -> Response:
    """Runs with their progress and loss."""
    return shell_page(request, "training/runs.html", "training", principal, company)


@router.get("/admin/datasets")
async def datasets_page(request: Request, principal: Reader, company: OurCompany) -> Response:
    """Dataset versions, rows to review, imports, what a big model answers, and rules."""
    return shell_page(request, "training/datasets.html", "datasets", principal, company)


@router.get("/admin/models")
async def models_page(request: Request, principal: Reader, company: OurCompany) -> Response:
    """Who answers now, every version, and what the gate said."""
    return shell_page(request, "training/models.html", "models", principal, company)


@router.get("/admin/comparison")
async def comparison_page(request: Request, principal: Judge, company: OurCompany) -> Response:
    """Two answers, and which is better."""
    return shell_page(request, "training/comparison.html", "comparison", principal, company)
