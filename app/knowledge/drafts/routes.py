"""JSON routes of drafts: other settings for a document, tried in full and then accepted or discarded."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.paging import Limit
from app.kernel.web import tool
from app.knowledge.document_tools import DocumentTools
from app.knowledge.drafts.domain import Change
from app.knowledge.drafts.schemas import DraftAccepted, DraftView, GroupPage, SeenBody
from app.knowledge.drafts.service import accept_draft, discard_draft, open_draft, show_draft
from app.knowledge.parsing.schemas import WithSettings

router = APIRouter(prefix="/api/v1/documents/{document_id}/draft", tags=["documents"])
Tools = Annotated[DocumentTools, tool(DocumentTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]


@router.post("", status_code=202)
async def read_with(
    document_id: UUID, asked: WithSettings, response: Response, tools: Tools, principal: Writer
) -> DraftAccepted:
    """Reads the document with these settings into a draft; search goes on with what it has."""
    job_id = await open_draft(tools, document_id, asked.settings.settings(), principal)
    response.headers["Location"] = f"/api/v1/documents/{document_id}/draft"
    return DraftAccepted(document_id=document_id, job_id=job_id)


@router.get("", dependencies=[require(Permission.KNOWLEDGE_READ)])
async def show(document_id: UUID, request: Request, tools: Tools) -> DraftView:
    """The draft and how much it would change; 404 where there is none."""
    return DraftView.of(await show_draft(tools, document_id), request_locale(request))


@router.get("/groups", dependencies=[require(Permission.KNOWLEDGE_READ)])
async def groups(
    document_id: UUID,
    tools: Tools,
    change: Annotated[list[Change] | None, Query()] = None,
    after: Annotated[int, Query(ge=-1, le=1_000_000)] = -1,
    limit: Annotated[Limit, Query()] = 50,
) -> GroupPage:
    """Present passages beside those of the draft, in order, behind the group `after`."""
    return GroupPage.of(await show_draft(tools, document_id), set(change or Change), after, limit)


@router.post("/accept", status_code=204)
async def accept(document_id: UUID, seen: SeenBody, tools: Tools, principal: Writer) -> None:
    """The draft is the document from the next question on; 409 when the document was changed since it was compared."""
    await accept_draft(tools, document_id, seen.seen(), principal)


@router.delete("", status_code=204)
async def discard(document_id: UUID, tools: Tools, principal: Writer) -> None:
    """Drops the draft, also one that is being read."""
    await discard_draft(tools, document_id, principal)
