"""Making a call: values checked, the server asked within its limits, its answer chosen and masked, everything noted."""

import asyncio
from collections.abc import Mapping
from time import perf_counter
from typing import Any
from uuid import UUID

import orjson

from app.answering.tools.arguments import complete, masked, request_for
from app.answering.tools.audit.store import Caller, call_for, end_call, note_call
from app.answering.tools.domain import Called, Ending, SourceKind, Tool
from app.answering.tools.ports import CallFailed, Response, Servers
from app.answering.tools.results import bounded, hidden, kept
from app.kernel.database import Database
from app.kernel.errors import Unavailable
from app.kernel.ids import new_id
from app.kernel.logging import get_logger

log = get_logger(__name__)
TRY_AGAIN_AFTER_S = 0.2
REFUSALS = frozenset({400, 404, 409, 410, 412, 422})
AGAIN = frozenset({429, 500, 502, 503, 504})


async def call(
    database: Database, servers: Servers, tool: Tool, given: Mapping[str, Any], caller: Caller
) -> tuple[Called, dict[str, Any]]:
    """Calls a reading tool, or tries a writing one from its test box; noted when it is over.

    Gives the end and the values as they may be kept. Raises BadArguments; nothing else: a failure is an ending.
    """
    whole = complete(tool.spec, given, caller.user_id)
    shown = masked(tool.spec, whole)
    called = await _made(servers, tool, whole, None)
    try:
        async with database.statement() as session:
            await note_call(session, tool, caller, shown, called)
    except Unavailable:
        log.warning("tool_call_not_noted", tool=tool.spec.name, ending=called.ending.value)
    return called, shown


async def carry_out(
    database: Database, servers: Servers, tool: Tool, given: Mapping[str, Any], caller: Caller
) -> tuple[Called, dict[str, Any]]:
    """Makes a confirmed change once: noted before it is made, so that a second process finds what the first began.

    A change that was begun and whose end nobody knows is made again only where the server takes a key against
    repetition; else it ends as unknown. Raises BadArguments, Unavailable when it cannot be noted.
    """
    assert caller.confirmation_id is not None, "only confirmed changes are carried out"
    whole = complete(tool.spec, given, caller.user_id)
    shown = masked(tool.spec, whole)
    async with database.transaction() as session:
        known = await call_for(session, caller.confirmation_id)
        call_id = known[0] if known else new_id()
        if known is None:
            begun = Called(Ending.UNKNOWN, None, 0.0, reason="begun")
            await note_call(session, tool, caller, shown, begun, call_id)
    if known is not None:
        before = known[1]
        if before.ending is not Ending.UNKNOWN or not tool.spec.idempotency_header:
            return before, shown
    called = await _made(servers, tool, whole, caller.confirmation_id)
    async with database.transaction() as session:
        await end_call(session, call_id, called)
    return called, shown


async def _made(servers: Servers, tool: Tool, whole: Mapping[str, Any], key: UUID | None) -> Called:
    began, tries = perf_counter(), 0
    while True:
        tries += 1
        try:
            async with asyncio.timeout(tool.spec.timeout_s):
                called = await _once(servers, tool, whole, key)
        except (CallFailed, TimeoutError) as failure:
            told = failure if isinstance(failure, CallFailed) else CallFailed("timeout", again=True)
            may_repeat = not tool.spec.writes or (key is not None and bool(tool.spec.idempotency_header))
            if told.again and may_repeat and tries <= (tool.spec.retries if not tool.spec.writes else 1):
                await asyncio.sleep(TRY_AGAIN_AFTER_S * tries)
                continue
            # What a server did before it went silent is unknown; that nothing reached it is known.
            reached = told.reason not in ("forbidden", "unreachable", "secret_lost")
            unsure = tool.spec.writes and reached and (told.status is None or told.status >= 500)
            called = Called(Ending.UNKNOWN if unsure else Ending.FAILED, told.status, 0.0, reason=told.reason)
        ms = round((perf_counter() - began) * 1000, 1)
        log.info("tool_called", tool=tool.spec.name, ending=called.ending.value, status=called.status, ms=ms)
        return Called(called.ending, called.status, ms, called.result, called.reason, tries)


async def _once(servers: Servers, tool: Tool, whole: Mapping[str, Any], key: UUID | None) -> Called:
    if any(secret is None for secret in tool.source.secrets.values()):
        raise CallFailed("secret_lost")
    if tool.source.kind is not SourceKind.HTTP:
        return Called(Ending.OK, None, 0.0, _chosen(tool, await _invoked(servers, tool, whole)))
    response = await servers.send(request_for(tool, whole, str(key) if key else None))
    if 200 <= response.status < 300:
        return Called(Ending.OK, response.status, 0.0, _chosen(tool, _json(response)))
    if response.status in REFUSALS:
        return Called(Ending.REFUSED, response.status, 0.0, *_refusal(response))
    raise CallFailed(f"status_{response.status}", again=response.status in AGAIN, status=response.status)


async def _invoked(servers: Servers, tool: Tool, whole: Mapping[str, Any]) -> Any:
    """An MCP server's tool goes by its own name, which stands where an HTTP tool has its path."""
    return await servers.invoke(tool.source, tool.spec.path or tool.spec.name, whole)


def _chosen(tool: Tool, value: Any) -> Any:
    return bounded(hidden(kept(value, tool.spec.keep), tool.spec.mask))


def _json(response: Response) -> Any:
    if not response.data:
        return {}
    if "html" in response.media_type:
        raise CallFailed("not_json", status=response.status)
    try:
        return orjson.loads(response.data)
    except orjson.JSONDecodeError:
        raise CallFailed("not_json", status=response.status) from None


def _refusal(response: Response) -> tuple[dict[str, str], str]:
    """The service's own code, if it tells one; its words are for the trace, never for the customer."""
    try:
        told = _json(response)
    except CallFailed:
        told = {}
    code = str(told.get("code") or told.get("error") or "") if isinstance(told, dict) else ""
    return {"code": code[:100]}, code[:100] or f"status_{response.status}"
