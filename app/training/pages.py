"""The pages of datasets, training runs and models."""

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


@dataclass(frozen=True)
class DatasetsPage(StaffPage):
    """Versions, material and rules are fetched by the page itself."""

    may_write: bool
    may_review: bool


@router.get("/admin/datasets")
async def datasets_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.TRAINING_READ)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Dataset versions, rows to review, imports and rules."""
    name = company.name.read(page_locale(request))
    may_write, may_review = (
        principal.may(one) for one in (Permission.TRAINING_WRITE, Permission.FEEDBACK_CORRECTION_REVIEW)
    )
    return render(
        request, "training/datasets.html", DatasetsPage("datasets", principal, company, name, may_write, may_review)
    )


@dataclass(frozen=True)
class ModelsPage(StaffPage):
    """Versions and figures are fetched by the page itself."""

    may_write: bool


@router.get("/admin/models")
async def models_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.TRAINING_READ)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Who answers now, every version, and what the gate said."""
    name = company.name.read(page_locale(request))
    page = ModelsPage("models", principal, company, name, principal.may(Permission.MODELS_WRITE))
    return render(request, "training/models.html", page)


@router.get("/admin/comparison")
async def comparison_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_PROPOSE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Two answers, and which is better."""
    name = company.name.read(page_locale(request))
    page = TrainingPage("comparison", principal, company, name, principal.may(Permission.TRAINING_WRITE))
    return render(request, "training/comparison.html", page)
