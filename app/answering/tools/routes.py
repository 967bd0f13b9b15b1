"""JSON routes of tools: servers, tools, imports, a box to try a call and one to try a phrase, and the calls made."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.answering.tools import service
from app.answering.tools.arguments import BadArguments
from app.answering.tools.drafts import drafts_at, drafts_of
from app.answering.tools.matching import best_match
from app.answering.tools.openapi import Imported, read_openapi
from app.answering.tools.schemas import (
    AddedSource,
    AddedTools,
    AnswerWords,
    CallList,
    CallView,
    DraftsView,
    OpenApiBody,
    PhraseBody,
    PhraseView,
    SourceBody,
    SourceView,
    ToolBody,
    ToolList,
    ToolsBody,
    ToolView,
    TriedView,
    TryBody,
    told,
)
from app.answering.tools.service import ToolRegistry
from app.answering.tools.speech import in_both
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/tools", tags=["tools"])
Tools = Annotated[ToolRegistry, tool(ToolRegistry)]
Writer = Annotated[Principal, require(Permission.ANSWERING_TOOL_WRITE)]
READ = require(Permission.ANSWERING_TOOL_READ)


@router.get("", dependencies=[READ])
async def show_all(tools: Tools) -> ToolList:
    """Every server and tool, with a week's calls."""
    week = await service.figures(tools)
    return ToolList(
        sources=[SourceView.of(one) for one in await service.list_sources(tools)],
        items=[ToolView.of(one, week.get(one.id)) for one in await service.list_tools(tools)],
        commands=sorted(tools.stdio),
    )


@router.post("/sources", status_code=201)
async def add_source(body: SourceBody, response: Response, tools: Tools, principal: Writer) -> AddedSource:
    """Names a server; its secrets are sealed and never told again."""
    source = await service.add_source(tools, body.source(), principal)
    response.headers["Location"] = "/api/v1/tools"
    return AddedSource(source_id=source.id)


@router.put("/sources/{source_id}")
async def change_source(source_id: UUID, body: SourceBody, tools: Tools, principal: Writer) -> SourceView:
    """Changes a server; its kind stays, and without `secrets` so do they."""
    return SourceView.of(await service.change_source(tools, source_id, body.source(), principal))


@router.delete("/sources/{source_id}", status_code=204)
async def remove_source(source_id: UUID, tools: Tools, principal: Writer) -> None:
    """Takes a server and its tools away; the record of calls stays."""
    await service.remove_source(tools, source_id, principal)


@router.get("/sources/{source_id}/offered")
async def offered(source_id: UUID, tools: Tools, principal: Writer) -> DraftsView:
    """The tools an MCP server has now, as drafts; 422 `tool_server_failed`."""
    return _drafts(await drafts_of(tools, await service.get_source(tools, source_id)))


@router.post("/openapi")
async def import_openapi(body: OpenApiBody, tools: Tools, principal: Writer) -> DraftsView:
    """Reads an OpenAPI 3 document, given or fetched, into drafts; nothing is stored yet."""
    return _drafts(await drafts_at(tools, body.url) if body.url else read_openapi(body.document))


def _drafts(found: Imported) -> DraftsView:
    return DraftsView(
        title=found.title,
        base_url=found.base_url,
        drafts=list(found.drafts),
        problems=list(found.problems),
        fields={name: list(paths) for name, paths in found.fields.items()},
    )


@router.post("", status_code=201)
async def add(body: ToolsBody, response: Response, tools: Tools, principal: Writer) -> AddedTools:
    """Adds tools to a server, switched off unless `enabled`."""
    ids = await service.add_tools(tools, body.source_id, body.specs, principal, enabled=body.enabled)
    response.headers["Location"] = f"/api/v1/tools/{ids[0]}"
    return AddedTools(tool_ids=ids)


@router.post("/match", dependencies=[READ])
async def match(body: PhraseBody, tools: Tools) -> PhraseView:
    """Which switched-on tool a phrase asks for, and the values found in it; nothing is called."""
    found = best_match((await tools.catalogue.get()).tools, [body.text])
    if found is None:
        return PhraseView(tool=None, score=0.0, sure=False, values={})
    return PhraseView(tool=found.tool.spec.name, score=found.score, sure=found.sure, values=found.values)


@router.get("/{tool_id}", dependencies=[READ])
async def show(tool_id: UUID, tools: Tools) -> ToolView:
    """One tool."""
    return ToolView.of(await service.get_tool(tools, tool_id))


@router.put("/{tool_id}")
async def change(tool_id: UUID, body: ToolBody, tools: Tools, principal: Writer) -> ToolView:
    """Its next version; 409 `tool_changed` when somebody else was faster."""
    return ToolView.of(await service.change_tool(tools, tool_id, body.version, body.spec, body.enabled, principal))


@router.delete("/{tool_id}", status_code=204)
async def remove(tool_id: UUID, tools: Tools, principal: Writer) -> None:
    """Takes a tool away; the record of its calls stays."""
    await service.remove_tool(tools, tool_id, principal)


@router.get("/{tool_id}/calls", dependencies=[READ])
async def calls(tool_id: UUID, tools: Tools) -> CallList:
    """Its last 30 calls, with the values as they were masked."""
    await service.get_tool(tools, tool_id)
    return CallList(items=[CallView.of(row) for row in await service.calls_of(tools, tool_id)])


@router.post("/{tool_id}/test")
async def test(tool_id: UUID, body: TryBody, tools: Tools, principal: Writer) -> TriedView:
    """Really calls the tool, for the customer named here, and shows what one would be told. Noted like any call."""
    found = await service.get_tool(tools, tool_id)
    try:
        called, shown = await service.try_tool(tools, found, body.arguments, body.user_id, principal)
    except BadArguments as problem:
        nothing: dict[str, Any] = {
            "ending": "invalid",
            "status": None,
            "reason": "bad_arguments",
            "ms": 0.0,
            "tries": 0,
        }
        return TriedView(
            **nothing,
            arguments=body.arguments,
            result=None,
            problems=problem.problems,
            answer=AnswerWords(zh="", en=""),
        )
    said = in_both(found, called, body.arguments)
    return TriedView(**told(called), arguments=shown, answer=AnswerWords(zh=said["zh"], en=said["en"]))
