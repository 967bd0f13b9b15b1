"""The demo company's order service on a free port, and its tools in a Kefu that may call it."""

import asyncio
import json
import secrets
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn

from app.answering.tools import NewSource, SourceKind, Tool, ToolRegistry, ToolSpec, add_source, add_tools, list_tools
from app.conversations.identity import visitor_signature
from app.demo import FOLDER
from app.demo.orders import Place, keep_place
from app.demo.orders.routes import create_orders
from tests.conversations.customer import Customer
from tests.serving import Served

VISITORS = "a secret between the shop and the test of it"


@asynccontextmanager
async def order_service(folder: Path) -> AsyncIterator[Place]:
    """Serves until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        place = keep_place(folder, listening.getsockname()[1])
        app = create_orders(folder, place, "http://127.0.0.1:1", VISITORS)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield place
        finally:
            server.should_exit = True
            await task


def demo_specs() -> list[ToolSpec]:
    """The demo company's tools."""
    return [ToolSpec.model_validate(one) for one in json.loads((FOLDER / "tools.json").read_text("utf-8"))["tools"]]


async def with_demo_tools(kefu: Served, place: Place) -> list[Tool]:
    """Registers them, switched on."""
    registry = kefu.tools[ToolRegistry]
    secret = {"Authorization": f"Bearer {place.key}"}
    source = await add_source(registry, NewSource(SourceKind.HTTP, "orders", place.url, secrets=secret), None)
    await add_tools(registry, source.id, demo_specs(), None, enabled=True)
    return await list_tools(registry)


def visitor(user_id: str) -> dict[str, object]:
    """A signed claim, as the company's site makes one."""
    expires, nonce = int(time.time()) + 300, secrets.token_urlsafe(12)
    signature = visitor_signature(VISITORS.encode(), user_id, None, expires, nonce)
    return {"user_id": user_id, "expires": expires, "nonce": nonce, "signature": signature}


async def shopper(kefu: Served, user_id: str = "U10001", **form: object) -> Customer:
    """A signed-in customer with a new conversation."""
    return await Customer.begin(kefu.client(), visitor=visitor(user_id), **form)
