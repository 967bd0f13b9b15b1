"""MCP servers as a source of tools: over HTTP with every address checked, or as a program an operator has named."""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson

from app.adapters.web import AddressRules, Refused
from app.answering.tools import CallFailed, OfferedTool, Source, SourceKind

MOST_TOOLS = 200
CONNECT_S, READ_S = 10.0, 30.0


class McpServers:
    """One session a call: nothing is kept between calls, so nothing can go stale. The SDK is loaded when one is made.

    rules_for: the address rules of a host and port; raises CallFailed for one that may not be asked.
    """

    def __init__(self, programs: Mapping[str, tuple[str, ...]], inner: AddressRules, inside: set[str]):
        self._programs, self._inner, self._inside = programs, inner, inside

    async def offered(self, source: Source) -> Sequence[OfferedTool]:
        """Its tools, page by page up to a limit. Raises CallFailed."""
        with_failures = _Failures()
        async with with_failures, self._session(source) as session:
            found: list[OfferedTool] = []
            cursor: str | None = None
            while len(found) < MOST_TOOLS:
                page = await session.list_tools(cursor)
                for tool in page.tools:
                    reads = tool.annotations.readOnlyHint if tool.annotations else None
                    found.append(OfferedTool(tool.name, tool.description or "", tool.inputSchema, reads))
                cursor = page.nextCursor
                if not cursor:
                    break
            return found
        raise with_failures.told

    async def invoke(self, source: Source, name: str, arguments: Mapping[str, Any]) -> Any:
        """Raises CallFailed."""
        with_failures = _Failures()
        async with with_failures, self._session(source) as session:
            result = await session.call_tool(name, dict(arguments))
            if result.isError:
                raise CallFailed("tool_error")
            return _value(result)
        raise with_failures.told

    @asynccontextmanager
    async def _session(self, source: Source) -> AsyncIterator[Any]:
        from mcp import ClientSession

        async with self._streams(source) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            yield session

    @asynccontextmanager
    async def _streams(self, source: Source) -> AsyncIterator[tuple[Any, Any]]:
        secrets = {name: value or "" for name, value in source.secrets.items()}
        if source.kind is SourceKind.MCP_STDIO:
            from mcp.client.stdio import StdioServerParameters, stdio_client

            line = self._programs.get(source.command[0] if source.command else "")
            if not line:
                raise CallFailed("forbidden")
            program = StdioServerParameters(command=line[0], args=list(line[1:]), env=secrets or None)
            with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: ASYNC230  # no file is waited for
                async with stdio_client(program, errlog=nowhere) as (read, write):
                    yield read, write
            return
        from mcp.client.streamable_http import streamable_http_client

        async with (
            self._client(secrets) as client,
            streamable_http_client(source.base_url, http_client=client) as (read, write, _),
        ):
            yield read, write

    def _client(self, headers: Mapping[str, str]) -> Any:
        """An HTTP client that connects only where it may, follows nobody elsewhere and knows no proxy."""
        import httpcore
        import httpx

        transport = httpx.AsyncHTTPTransport(trust_env=False)
        transport._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=_checked_network(self._inner, self._inside)
        )
        waits = httpx.Timeout(CONNECT_S, read=READ_S)
        return httpx.AsyncClient(
            transport=transport, headers=dict(headers), timeout=waits, follow_redirects=False, trust_env=False
        )


def _checked_network(inner: AddressRules, inside: set[str]) -> Any:
    """A network whose connections go only to addresses that passed the rules, however a name came by them."""
    import httpcore

    outer = AddressRules()

    class Checked(httpcore.AsyncNetworkBackend):
        def __init__(self) -> None:
            self._real = httpcore.AnyIOBackend()

        async def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> Any:
            rules = inner if f"{host}:{port}" in inside else outer
            if not rules.check_port(port):
                raise Refused("not a port that may be asked")
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            address = str(found[0][4][0])
            rules.check(address)
            return await self._real.connect_tcp(address, port, timeout, local_address, socket_options)

        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(seconds)

    return Checked()


def _value(result: Any) -> Any:
    """What a tool answered: its structured result, else its text, read as JSON where it is JSON."""
    if result.structuredContent is not None:
        return result.structuredContent
    said = "\n".join(part.text for part in result.content if getattr(part, "type", "") == "text")
    try:
        return orjson.loads(said)
    except orjson.JSONDecodeError:
        return {"text": said}


class _Failures:
    """Tells whatever breaks inside as one CallFailed; the SDK's task groups wrap errors in groups of groups."""

    told = CallFailed("broken")

    async def __aenter__(self) -> "_Failures":
        return self

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if error is None or isinstance(error, asyncio.CancelledError | GeneratorExit | KeyboardInterrupt):
            return False
        self.told = _told(error)
        raise self.told from error


def _told(error: BaseException) -> CallFailed:
    for one in _leaves(error):
        if isinstance(one, CallFailed):
            return one
        if isinstance(one, Refused):
            return CallFailed("forbidden")
        if isinstance(one, TimeoutError) or "Timeout" in type(one).__name__:
            return CallFailed("timeout", again=True)
        if isinstance(one, OSError) or "ConnectError" in type(one).__name__:
            return CallFailed("unreachable", again=True)
        status = getattr(getattr(one, "response", None), "status_code", None)
        if isinstance(status, int):
            return CallFailed(f"status_{status}", again=status in (429, 502, 503, 504), status=status)
    return CallFailed("broken")


def _leaves(error: BaseException, depth: int = 0) -> list[BaseException]:
    if depth > 10:
        return []
    grouped = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    inner = [*grouped, *(one for one in (error.__cause__, error.__context__) if one is not None)]
    return [error, *(leaf for one in inner for leaf in _leaves(one, depth + 1))]
