"""What tools need from outside: servers that are called without being trusted, and a box for secrets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.answering.tools.domain import Source


class CallFailed(Exception):
    """A server did not answer as it should; `reason` is a stable code, `again` whether another try makes sense."""

    def __init__(self, reason: str, *, again: bool = False, status: int | None = None):
        super().__init__(reason)
        self.reason, self.again, self.status = reason, again, status


@dataclass(frozen=True)
class Request:
    """One request to a server."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    limit_bytes: int = 1_000_000


@dataclass(frozen=True)
class Response:
    """What came back, whatever its status; follows no redirect."""

    status: int
    media_type: str
    data: bytes


@dataclass(frozen=True)
class OfferedTool:
    """A tool as an MCP server lists it. reads_only: what the server itself claims, or None."""

    name: str
    description: str
    schema: dict[str, Any]
    reads_only: bool | None = None


class Servers(Protocol):
    """Tool servers, HTTP and MCP."""

    async def send(self, request: Request) -> Response:
        """Raises CallFailed: forbidden, unreachable, timeout, too_large, broken."""
        ...

    async def offered(self, source: Source) -> Sequence[OfferedTool]:
        """What an MCP server has. Raises CallFailed."""
        ...

    async def invoke(self, source: Source, name: str, arguments: Mapping[str, Any]) -> Any:
        """Calls a tool of an MCP server; its structured result, else its text. Raises CallFailed."""
        ...

    async def close(self) -> None:
        """Ends every connection and child process."""
        ...


class Box(Protocol):
    """Keeps secrets unreadable in the database."""

    def seal(self, plain: str) -> str:
        """The secret as it may be stored."""
        ...

    def open(self, sealed: str) -> str | None:
        """The secret; None when it was sealed with another key."""
        ...
