"""POST /api/v1/search: the hit test, on the same path live answers take."""

from typing import Annotated

from fastapi import APIRouter, Request

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.web import tool
from app.knowledge.bases.policy import audience_for
from app.knowledge.domain import SearchRequest
from app.knowledge.search import search_passages
from app.knowledge.search_schemas import SearchBody, SearchView
from app.knowledge.tools import SearchTools

router = APIRouter(prefix="/api/v1/search", tags=["knowledge"])
Tools = Annotated[SearchTools, tool(SearchTools)]
Searcher = Annotated[Principal, require(Permission.KNOWLEDGE_SEARCH)]


@router.post("", response_model_exclude_none=True)
async def search(body: SearchBody, request: Request, tools: Tools, principal: Searcher) -> SearchView:
    """Passages for a question, best first, with the score and place each stage gave them.

    Staff search everything unless `audience` says for whom; programs of the role integrator search what the public
    may read, or with `audience` and `tier` what a customer they have signed in may.
    """
    asked = SearchRequest(
        queries=[body.query],
        base_ids=body.base_ids,
        audience=audience_for(principal, body.audience),
        limit=body.limit,
        locale=request_locale(request),
        tier=body.tier,
        channel=body.channel,
    )
    return SearchView.of(await search_passages(tools, asked))
