"""A tiny MCP server as a program, for the tests of tools."""

import os

from mcp.server.fastmcp import FastMCP

server = FastMCP("points")


@server.tool(name="get-points")
def get_points(member_id: str) -> dict[str, str]:
    """The points of a member."""
    return {"member": member_id, "points": os.environ.get("POINTS", "")}


if __name__ == "__main__":
    server.run("stdio")
