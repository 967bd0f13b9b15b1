"""JSON routes of pairs that seem to mean the same: find, merge, set apart."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.paging import Limit
from app.kernel.web import tool
from app.knowledge.faq_pairs.schemas import MergeBody, OpenedSearch, PairEnds, PairList
from app.knowledge.faq_pairs.service import Merge, dismiss_pair, latest_search, merge, open_search, pairs_page
from app.knowledge.faq_schemas import FaqView
from app.knowledge.tools import FaqTools

router = APIRouter(prefix="/api/v1/faqs/pairs", tags=["knowledge"])
Tools = Annotated[FaqTools, tool(FaqTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]


@router.get("", dependencies=[require(Permission.KNOWLEDGE_WRITE)])
async def list_all(
    request: Request,
    tools: Tools,
    base_id: UUID | None = None,
    offset: Annotated[int, Query(ge=0, le=20_000)] = 0,
    limit: Annotated[Limit, Query()] = 20,
) -> PairList:
    """Pairs nobody has decided on, most alike first."""
    pairs, total = await pairs_page(tools, base_id, offset, limit)
    return PairList.told(pairs, total, await latest_search(tools), request_locale(request))


@router.post("/search", status_code=202, dependencies=[require(Permission.KNOWLEDGE_WRITE)])
async def search(response: Response, tools: Tools) -> OpenedSearch:
    """Compares all FAQs anew, as a job."""
    job_id = await open_search(tools)
    response.headers["Location"] = f"/api/v1/jobs/{job_id}"
    return OpenedSearch(job_id=job_id)


@router.post("/merge")
async def unite(body: MergeBody, tools: Tools, principal: Writer) -> FaqView:
    """Makes one FAQ of two: phrasings united, one answer kept."""
    wish = Merge(body.keep_id, body.keep_version, body.remove_id, body.remove_version, body.answer)
    return FaqView.of(await merge(tools, wish, principal))


@router.post("/dismiss", status_code=204)
async def dismiss(body: PairEnds, tools: Tools, principal: Writer) -> None:
    """They do not mean the same; the pair is not shown again."""
    await dismiss_pair(tools, body.one_id, body.other_id, principal)
