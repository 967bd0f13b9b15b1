"""The port Servers: a company's own systems, each address checked where it really connects to."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from app.adapters.mcp_servers import McpServers
from app.adapters.web import AddressRules, SafeWeb
from app.answering.tools import CallFailed, OfferedTool, Request, Response, Source
from app.knowledge.feeds import FetchFailed

EVERYWHERE = "0.0.0.0/0,::/0"
AGENT = "Kefu-Tools/1.0"
REASONS = {
    "fetch_address_refused": ("forbidden", False),
    "fetch_address_invalid": ("forbidden", False),
    "fetch_port_refused": ("forbidden", False),
    "fetch_name_unknown": ("unreachable", True),
    "fetch_unreachable": ("unreachable", True),
    "fetch_insecure": ("insecure", False),
    "fetch_timeout": ("timeout", True),
    "fetch_too_large": ("too_large", False),
    "fetch_broken": ("broken", True),
}


class ToolServers:
    """HTTP and MCP servers. programs: the MCP servers that may be started, by name.

    inside: `host:port` of servers in private networks that may be called, comma-separated. Everything else must have
    a public address and a usual port; cloud metadata addresses are never called.
    """

    def __init__(
        self, inside: str = "", programs: Mapping[str, tuple[str, ...]] | None = None, *, time_s: float = 30.0
    ):
        self._inside = {entry.strip().lower() for entry in inside.split(",") if entry.strip()}
        self._outer = SafeWeb(AddressRules(), AGENT, time_s=time_s)
        ports = {entry.rpartition(":")[2] for entry in self._inside}
        inner = AddressRules(EVERYWHERE, ",".join(sorted(ports)))
        self._inner = SafeWeb(inner, AGENT, time_s=time_s)
        self._mcp = McpServers(programs or {}, inner, self._inside)

    def _web(self, url: str) -> SafeWeb:
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise CallFailed("forbidden") from None
        return self._inner if f"{parts.hostname}:{port}" in self._inside else self._outer

    async def send(self, request: Request) -> Response:
        """See the port."""
        try:
            answer = await self._web(request.url).exchange(
                request.method, request.url, request.headers, request.body, request.limit_bytes
            )
        except FetchFailed as failure:
            reason, again = REASONS.get(failure.code, ("broken", False))
            raise CallFailed(reason, again=again) from failure
        return Response(answer.status, answer.media_type, answer.data)

    async def offered(self, source: Source) -> Sequence[OfferedTool]:
        """See the port."""
        return await self._mcp.offered(source)

    async def invoke(self, source: Source, name: str, arguments: Mapping[str, Any]) -> Any:
        """See the port."""
        return await self._mcp.invoke(source, name, arguments)

    async def close(self) -> None:
        """See the port."""
        await self._outer.close()
        await self._inner.close()
