"""The admin page of sources."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.kernel.web import page_locale, render, tool
from app.knowledge.feeds.tools import FeedTools

router = APIRouter(prefix="/admin", include_in_schema=False)


@dataclass(frozen=True)
class SourcesPage(StaffPage):
    """Everything that changes is fetched by the page itself; `roots`: folders that may be read, for the form."""

    roots: str


@router.get("/sources")
async def sources_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)],
    company: Annotated[Company, tool(Company)],
    tools: Annotated[FeedTools, tool(FeedTools)],
) -> Response:
    """Sources with their runs."""
    name = company.name.read(page_locale(request))
    roots = ", ".join(str(root) for root in tools.roots.roots)
    return render(request, "knowledge/sources.html", SourcesPage("sources", principal, company, name, roots))
