"""Tools of MCP servers, against a real one, over HTTP and as a program: listed, described, called, and failing well."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from mcp.server.fastmcp import FastMCP
from mcp.types import ToolAnnotations

from app.accounts import Role
from app.adapters.tool_servers import ToolServers
from app.answering.tools import CallFailed, Source, SourceKind
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from tests.serving import serving

PROGRAM = Path(__file__).with_name("points_server.py")


def points() -> FastMCP:
    """A tiny server of a loyalty programme."""
    server = FastMCP("points", stateless_http=True, json_response=True)

    @server.tool(name="get-points", annotations=ToolAnnotations(readOnlyHint=True))
    def get_points(member_id: str) -> dict[str, int | str]:
        """The points of a member."""
        return {"member": member_id, "points": 120}

    @server.tool()
    def spend_points(member_id: str, points: int) -> str:
        """Spends points of a member."""
        raise ValueError("not enough points")

    return server


@pytest.fixture
async def port() -> AsyncIterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(points().streamable_http_app(), log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listening]))
        yield int(listening.getsockname()[1])
        server.should_exit = True
        await task


async def test_a_real_server_is_listed_switched_on_and_called_for_the_customer(settings: Settings, port: int) -> None:
    allowed = settings.model_copy(update={"tool_hosts": f"127.0.0.1:{port}"})
    async with serving(allowed) as kefu:
        admin = await kefu.keyed(Role.ADMIN)
        form = {"kind": "mcp_http", "name": "points", "base_url": f"http://127.0.0.1:{port}/mcp"}
        source = (await admin.post("/api/v1/tools/sources", json=form)).json()["source_id"]
        drafts = (await admin.get(f"/api/v1/tools/sources/{source}/offered")).json()["drafts"]
        reading, writing = drafts
        assert (reading["name"], reading["effect"], writing["effect"]) == ("get_points", "reading", "writing")
        reading["parameters"][0]["customer"] = True
        added = await admin.post("/api/v1/tools", json={"source_id": source, "specs": drafts, "enabled": True})
        ids = added.json()["tool_ids"]
        tried = await admin.post(f"/api/v1/tools/{ids[0]}/test", json={"arguments": {}, "user_id": "U1"})
        assert tried.json()["result"] == {"member": "U1", "points": 120}, tried.text
        values = {"member_id": "U1", "points": 500}
        broken = await admin.post(f"/api/v1/tools/{ids[1]}/test", json={"arguments": values, "user_id": "U1"})
        assert broken.json()["reason"] == "tool_error"


async def test_a_program_an_operator_named_is_a_server_too_and_no_other_is_started(port: int) -> None:
    servers = ToolServers(f"127.0.0.1:{port}", {"points": (sys.executable, str(PROGRAM))})
    named = Source(new_id(), SourceKind.MCP_STDIO, "points", "", ("points",), {"POINTS": "77"})
    assert await servers.invoke(named, "get-points", {"member_id": "U2"}) == {"member": "U2", "points": "77"}
    for source, reason in (
        (Source(new_id(), SourceKind.MCP_STDIO, "x", "", ("rm",)), "forbidden"),
        (Source(new_id(), SourceKind.MCP_HTTP, "x", "http://127.0.0.1:1/mcp"), "forbidden"),
        (Source(new_id(), SourceKind.MCP_HTTP, "x", f"http://127.0.0.1:{port}/elsewhere"), "broken"),
    ):
        with pytest.raises(CallFailed) as failed:
            await servers.offered(source)
        assert failed.value.reason == reason
    await servers.close()
