"""The tools in force as each process keeps them: loaded once, their secrets opened, again when somebody changed one."""

from dataclasses import dataclass, replace
from functools import cached_property

from app.answering.guard.links import hosts_in
from app.answering.tools import store
from app.answering.tools.domain import Source, SourceKind, Tool
from app.answering.tools.ports import Box
from app.kernel.database import Database

KIND = "tools"


@dataclass(frozen=True)
class Catalogue:
    """Every tool that is switched on."""

    tools: tuple[Tool, ...] = ()

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts of their servers, and those that their sentences, which staff wrote, link to."""
        written = [
            words
            for tool in self.tools
            for twin in (tool.spec.template, *tool.spec.refusals.values())
            for words in (tool.source.base_url, twin.zh, twin.en)
        ]
        return hosts_in("\n".join(written))

    def named(self, name: str) -> Tool | None:
        """A tool by its name."""
        return next((tool for tool in self.tools if tool.spec.name == name), None)


def opened(box: Box, source: Source) -> Source:
    """The server with its secrets as they are sent."""
    return replace(source, secrets={name: box.open(sealed or "") for name, sealed in source.secrets.items()})


async def load_catalogue(database: Database, box: Box) -> Catalogue:
    """What is switched on now."""
    async with database.reading() as session:
        tools = await store.list_tools(session, enabled=True)
    sources = {tool.source.id: opened(box, tool.source) for tool in tools}
    return Catalogue(tuple(replace(tool, source=sources[tool.source.id]) for tool in tools))


def is_mcp(source: Source) -> bool:
    """Whether its tools are listed by the server itself."""
    return source.kind is not SourceKind.HTTP
