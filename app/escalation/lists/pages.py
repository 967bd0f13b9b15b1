"""The left column by itself, for a desk that is open and keeps it fresh."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.escalation.lists.domain import Show
from app.escalation.lists.service import read_list
from app.escalation.lists.views import ListView
from app.escalation.service import EscalationTools
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/desk", include_in_schema=False)
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Cursor = Annotated[str | None, Query(max_length=300)]


@dataclass(frozen=True)
class ColumnPage:
    """The column alone."""

    column: ListView


@router.get("/list")
async def column(
    request: Request,
    principal: Annotated[Principal, require(Permission.CONVERSATIONS_READ)],
    tools: Tools,
    show: Show = Show.ALL,
    cursor: Cursor = None,
    open_id: Annotated[UUID | None, Query(alias="open")] = None,
) -> Response:
    """The list as it is now; `open` is the conversation beside it."""
    async with tools.database.reading() as session:
        found = await read_list(session, principal, show, cursor, open_id, page_locale(request))
    return render(request, "desk/list.html", ColumnPage(found))
