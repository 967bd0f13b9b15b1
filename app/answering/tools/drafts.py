"""Drafts of tools from elsewhere: an OpenAPI document fetched from a server, or what an MCP server lists."""

import asyncio

from app.answering.tools.domain import Effect, Parameter, Source, ToolSpec, Twin
from app.answering.tools.errors import ToolServerFailed
from app.answering.tools.openapi import LARGEST, Imported, read_openapi
from app.answering.tools.openapi import name_of as tool_name
from app.answering.tools.ports import CallFailed, OfferedTool, Request
from app.answering.tools.service import ToolRegistry

WAIT_S = 20.0


async def drafts_at(tools: ToolRegistry, url: str) -> Imported:
    """The document at an address. Raises ToolServerFailed, NotOpenApi."""
    try:
        async with asyncio.timeout(WAIT_S):
            response = await tools.servers.send(Request("GET", url, {"Accept": "application/json"}, None, LARGEST))
    except (CallFailed, TimeoutError) as failure:
        raise ToolServerFailed(reason=getattr(failure, "reason", "timeout")) from None
    if response.status != 200:
        raise ToolServerFailed(reason=f"HTTP {response.status}")
    return read_openapi(response.data.decode("utf-8", "replace"), url)


async def drafts_of(tools: ToolRegistry, source: Source) -> Imported:
    """What an MCP server lists. Raises ToolServerFailed."""
    try:
        async with asyncio.timeout(WAIT_S):
            offered = await tools.servers.offered(source)
    except (CallFailed, TimeoutError) as failure:
        raise ToolServerFailed(reason=getattr(failure, "reason", "timeout")) from None
    return Imported(source.name, source.base_url, tuple(_draft(one) for one in offered))


def _draft(offered: OfferedTool) -> ToolSpec:
    """A tool of an MCP server; unless the server says that it only reads, it counts as one that changes things."""
    schema = offered.schema if isinstance(offered.schema, dict) else {}
    required = schema.get("required") if isinstance(schema.get("required"), list) else []
    properties = schema.get("properties") if isinstance(schema.get("properties"), dict) else {}
    parameters = [
        Parameter.model_validate(
            {
                "name": str(name)[:100],
                "place": "body",
                "schema": one if isinstance(one, dict) else {},
                "required": name in (required or []),
                "label": {"zh": _label(name, one), "en": _label(name, one)},
            }
        )
        for name, one in list((properties or {}).items())[:40]
    ]
    return ToolSpec(
        name=tool_name(offered.name),
        title=Twin(zh=offered.name[:200], en=offered.name[:200]),
        when=offered.description[:1_000],
        effect=Effect.READING if offered.reads_only else Effect.WRITING,
        method="POST",
        path=offered.name[:500],
        parameters=parameters,
        retries=1 if offered.reads_only else 0,
    )


def _label(name: object, schema: object) -> str:
    told = schema.get("description") if isinstance(schema, dict) else None
    return str(told or name)[:200]
