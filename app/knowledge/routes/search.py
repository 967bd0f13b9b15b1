"""POST /api/v1/search: the hit test, on the same path live answers take."""

from typing import Annotated

from fastapi import APIRouter, Request

from app.accounts import Permission
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.web import tool
from app.knowledge.domain import Audience, SearchRequest
from app.knowledge.search import search_passages
from app.knowledge.search_schemas import SearchBody, SearchView
from app.knowledge.tools import SearchTools

router = APIRouter(prefix="/api/v1/search", tags=["knowledge"])
Tools = Annotated[SearchTools, tool(SearchTools)]


@router.post("", dependencies=[require(Permission.KNOWLEDGE_SEARCH)], response_model_exclude_none=True)
async def search(body: SearchBody, request: Request, tools: Tools) -> SearchView:
    """Passages for a question, best first, with the score and place each stage gave them."""
    asked = SearchRequest(
        queries=[body.query],
        base_ids=body.base_ids,
        audience=Audience.STAFF,
        limit=body.limit,
        locale=request_locale(request),
    )
    return SearchView.of(await search_passages(tools, asked))
