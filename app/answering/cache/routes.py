"""JSON routes of the answer cache: how it does, and forgetting all of it."""

from typing import Annotated

from fastapi import APIRouter, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.answering.cache.service import AnswerCache
from app.kernel.web import tool
from app.kernel.wire import Wire

router = APIRouter(prefix="/api/v1/answer-cache", tags=["answering"])
Cache = Annotated[AnswerCache, tool(AnswerCache)]


class CacheView(Wire):
    """Questions of the last seven days by what came of their look, and the answers kept now. rate: None before any."""

    enabled: bool
    entries: int
    exact: int
    near: int
    missed: int
    rate: float | None


@router.get("", dependencies=[require(Permission.EVALUATION_READ)])
async def show(cache: Cache) -> CacheView:
    """How the cache did in the last seven days."""
    found = await cache.usage()
    return CacheView(enabled=cache.enabled, rate=found.rate, **vars(found))


@router.delete("", status_code=204, response_class=Response)
async def forget(cache: Cache, principal: Annotated[Principal, require(Permission.EVALUATION_WRITE)]) -> Response:
    """Forgets every kept answer, for all processes at once."""
    await cache.purge(principal)
    return Response(status_code=204)
