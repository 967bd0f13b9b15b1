"""The admin page of embedders."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool

router = APIRouter(include_in_schema=False)


@router.get("/admin/embedders")
async def embedders_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.MODELS_WRITE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """The present embedder, the one on its way, past ones and candidates; all of it is fetched by the page itself."""
    page = StaffPage("embedders", principal, company, company.name.read(page_locale(request)))
    return render(request, "knowledge/embedders.html", page)
