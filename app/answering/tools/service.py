"""What staff can do with tools: name servers, describe tools, switch them on, try them, and look at their calls."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.accounts import Principal, record_audit
from app.answering.tools import store
from app.answering.tools.arguments import complete
from app.answering.tools.audit.store import Caller
from app.answering.tools.calls import call
from app.answering.tools.catalogue import KIND, Catalogue, opened
from app.answering.tools.domain import Called, Source, SourceKind, Tool, ToolSpec
from app.answering.tools.errors import ToolChanged, ToolInvalid, ToolNameTaken, ToolNotFound
from app.answering.tools.ports import Box, Servers
from app.answering.tools.results import TemplateBroken, check_template
from app.answering.tools.tables import ToolCallRow
from app.answering.versions import Kept, Versions, raise_version
from app.kernel.clock import now
from app.kernel.database import Database, Session
from app.kernel.ids import new_id

FIGURES_OVER = timedelta(days=7)
SHOWN_CALLS = 30


@dataclass(frozen=True)
class ToolRegistry:
    """What the registry works with. stdio: the programs an operator allows as MCP servers, by name."""

    database: Database
    box: Box
    servers: Servers
    versions: Versions
    catalogue: Kept[Catalogue]
    stdio: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class NewSource:
    """A server to be named; `secrets` are plain here and sealed before they are stored."""

    kind: SourceKind
    name: str
    base_url: str = ""
    command: str = ""
    secrets: Mapping[str, str] | None = None
    origin: str = ""


@asynccontextmanager
async def _changing(tools: ToolRegistry) -> AsyncIterator[Session]:
    """One transaction after which every process loads the tools anew. Raises ToolNameTaken."""
    try:
        async with tools.database.transaction() as session:
            yield session
            await raise_version(session, KIND)
    except store.NameTaken:
        raise ToolNameTaken from None
    tools.versions.forget()


async def list_sources(tools: ToolRegistry) -> list[Source]:
    """Every server; of its secrets only the names mean anything."""
    async with tools.database.reading() as session:
        return await store.list_sources(session)


async def get_source(tools: ToolRegistry, source_id: UUID) -> Source:
    """A server with its secrets opened. Raises ToolNotFound."""
    async with tools.database.reading() as session:
        found = await store.find_source(session, source_id)
    if found is None:
        raise ToolNotFound
    return opened(tools.box, found)


async def find_source(tools: ToolRegistry, name: str) -> Source | None:
    """A server by its name, secrets sealed."""
    async with tools.database.reading() as session:
        return await store.source_named(session, name)


async def add_source(tools: ToolRegistry, new: NewSource, actor: Principal | None) -> Source:
    """Raises ToolNameTaken, ToolInvalid."""
    command = _command(tools, new.kind, new.command)
    sealed: dict[str, str | None] = {name: tools.box.seal(plain) for name, plain in (new.secrets or {}).items()}
    source = Source(new_id(), new.kind, new.name, new.base_url, command, sealed, new.origin)
    async with _changing(tools) as session:
        await store.add_source(session, source, actor.name if actor else "")
        await record_audit(session, actor, "tools.source.add", str(source.id), name=new.name, kind=new.kind.value)
    return source


async def change_source(tools: ToolRegistry, source_id: UUID, new: NewSource, actor: Principal | None) -> Source:
    """Its kind stays. `secrets` None leaves them as they are; else they are replaced. Raises ToolNotFound, …"""
    async with _changing(tools) as session:
        found = await store.find_source(session, source_id)
        if found is None:
            raise ToolNotFound
        values: dict[str, Any] = {"name": new.name, "base_url": new.base_url}
        if found.kind is SourceKind.MCP_STDIO:
            values["command"] = list(_command(tools, found.kind, new.command))
        if new.secrets is not None:
            values["secrets"] = {name: tools.box.seal(plain) for name, plain in new.secrets.items()}
        await store.change_source(session, source_id, **values)
        changed = [name for name, value in values.items() if name == "secrets" or getattr(found, name) != value]
        await record_audit(session, actor, "tools.source.change", str(source_id), changed=changed)
        after = await store.find_source(session, source_id)
    assert after is not None, "changed a moment ago"
    return after


async def remove_source(tools: ToolRegistry, source_id: UUID, actor: Principal | None) -> None:
    """Takes a server and its tools away. Raises ToolNotFound."""
    async with _changing(tools) as session:
        found = await store.find_source(session, source_id)
        if found is None:
            raise ToolNotFound
        await store.remove_source(session, source_id)
        await record_audit(session, actor, "tools.source.remove", str(source_id), name=found.name)


def _command(tools: ToolRegistry, kind: SourceKind, name: str) -> tuple[str, ...]:
    """The program of a stdio server; only what an operator has named can be started. Raises ToolInvalid."""
    if kind is not SourceKind.MCP_STDIO:
        return ()
    if name not in tools.stdio:
        raise ToolInvalid(why=f"KEFU_MCP_COMMANDS: {name or '—'}")
    return (name,)


async def list_tools(tools: ToolRegistry) -> list[Tool]:
    """Every tool, switched on or not."""
    async with tools.database.reading() as session:
        return await store.list_tools(session)


async def get_tool(tools: ToolRegistry, tool_id: UUID) -> Tool:
    """A tool with its server's secrets opened. Raises ToolNotFound."""
    async with tools.database.reading() as session:
        found = await store.find_tool(session, tool_id)
    if found is None:
        raise ToolNotFound
    return replace(found, source=opened(tools.box, found.source))


def check_spec(spec: ToolSpec) -> None:
    """Raises ToolInvalid, with what is wrong."""
    from jsonschema import Draft202012Validator, SchemaError

    try:
        for template in (spec.template.zh, spec.template.en):
            check_template(template)
        for one in spec.parameters:
            Draft202012Validator.check_schema(one.schema_)
    except (TemplateBroken, SchemaError) as error:
        raise ToolInvalid(why=str(error).splitlines()[0][:200]) from None


async def add_tools(
    tools: ToolRegistry, source_id: UUID, specs: Sequence[ToolSpec], actor: Principal | None, *, enabled: bool = False
) -> list[UUID]:
    """Tools of a server, switched off unless said otherwise. Raises ToolNotFound, ToolNameTaken, ToolInvalid."""
    for spec in specs:
        check_spec(spec)
    async with _changing(tools) as session:
        if await store.find_source(session, source_id) is None:
            raise ToolNotFound
        by = actor.name if actor else ""
        ids = [await store.add_tool(session, source_id, spec, enabled, by) for spec in specs]
        await record_audit(session, actor, "tools.add", str(source_id), names=[spec.name for spec in specs])
    return ids


async def change_tool(
    tools: ToolRegistry, tool_id: UUID, seen: int, spec: ToolSpec, enabled: bool, actor: Principal | None
) -> Tool:
    """Its next version; seen: the version it was made from. Raises ToolNotFound, ToolChanged, ToolNameTaken, …"""
    check_spec(spec)
    async with _changing(tools) as session:
        found = await store.find_tool(session, tool_id, lock=True)
        if found is None:
            raise ToolNotFound
        if found.version != seen:
            raise ToolChanged(name=found.updated_by or "—")
        await store.change_tool(session, found, spec, enabled, actor.name if actor else "")
        before, after = found.spec.model_dump(), spec.model_dump()
        changed = sorted(name for name in after if before[name] != after[name])
        facts = {"name": spec.name, "version": seen + 1, "changed": changed, "enabled": [found.enabled, enabled]}
        await record_audit(session, actor, "tools.change", str(tool_id), **facts)
    return await get_tool(tools, tool_id)


async def remove_tool(tools: ToolRegistry, tool_id: UUID, actor: Principal | None) -> None:
    """Raises ToolNotFound."""
    async with _changing(tools) as session:
        found = await store.find_tool(session, tool_id)
        if found is None:
            raise ToolNotFound
        await store.remove_tool(session, tool_id)
        await record_audit(session, actor, "tools.remove", str(tool_id), name=found.spec.name)


async def try_tool(
    tools: ToolRegistry, tool: Tool, given: Mapping[str, Any], user_id: str | None, actor: Principal
) -> tuple[Called, dict[str, Any]]:
    """One call from the test box, noted like any other. Raises BadArguments."""
    complete(tool.spec, given, user_id)
    return await call(tools.database, tools.servers, tool, given, Caller(f"test:{actor.id}", user_id))


async def figures(tools: ToolRegistry) -> dict[UUID, tuple[int, int, int, float, datetime]]:
    """By tool, over a week: calls, done, failed, median ms, the last one."""
    async with tools.database.reading() as session:
        return await store.call_figures(session, now() - FIGURES_OVER)


async def calls_of(tools: ToolRegistry, tool_id: UUID) -> Sequence[ToolCallRow]:
    """Its last calls."""
    async with tools.database.reading() as session:
        return await store.calls_of(session, tool_id, SHOWN_CALLS)
