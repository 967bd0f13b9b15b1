"""A real web server on a free port of this machine, in the test's own event loop, on the test's own stores."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import uvicorn

from app.accounts import AccountTools, Role, create_api_key, create_staff
from app.accounts.company import DEMO_FILE
from app.conversations import Answerer
from app.kernel.settings import Settings
from app.main import create_app

PASSWORD = "a long enough password"


@dataclass
class Served:
    """A running Kefu: its address, its settings and clients that act as somebody."""

    url: str
    settings: Settings
    accounts: AccountTools
    tools: dict[type, Any] = field(default_factory=dict)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A client without an identity, or with the given headers."""
        client = httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30)
        self.clients.append(client)
        return client

    async def keyed(self, role: Role) -> httpx.AsyncClient:
        """A client with an API key of a role."""
        _, key = await create_api_key(self.accounts, role, f"test {role}", None)
        return self.client(Authorization=f"Bearer {key}")

    async def signed_in(self, role: Role, email: str | None = None) -> httpx.AsyncClient:
        """A client with a session cookie and its CSRF token, as the staff pages have."""
        email = email or f"{role}@example.com"
        await create_staff(self.accounts, email, role.title(), role, PASSWORD)
        client = self.client()
        answer = await client.post("/api/v1/session", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return client


class PromptServer(uvicorn.Server):
    """uvicorn, which looks ten times a second whether it should end, told at once; it waits for nobody who has gone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.end = asyncio.Event()

    async def main_loop(self) -> None:
        """Until the end is asked for; the Date header is what it was at the start."""
        await self.on_tick(0)
        await self.end.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, without its breath of a tenth of a second once nobody is connected."""
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for _ in range(50):
            if not self.server_state.connections:
                break
            await asyncio.sleep(0.001)
        if self.server_state.connections or self.server_state.tasks:
            return await super().shutdown(sockets)
        for server in self.servers:
            server.close()
        await self.lifespan.shutdown()


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(settings: Settings, answerer: Answerer | None = None) -> AsyncIterator[Served]:
    """Runs the whole web application until the block ends; `answerer` answers instead of the real one."""
    app = create_app(settings, answerer=answerer)
    port = free_port()
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="warning", lifespan="on", timeout_graceful_shutdown=2
    )
    server = PromptServer(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
            raise RuntimeError("the server ended before it started")
        await asyncio.sleep(0.01)  # uvicorn offers no event to wait for
    board = server.lifespan.state["tools"]
    served = Served(f"http://127.0.0.1:{port}", settings, board[AccountTools], board)
    try:
        yield served
    finally:
        for client in served.clients:
            await client.aclose()
        server.end.set()
        await task


def company_around_the_clock(folder: Path) -> Path:
    """The demo company's file, open at every minute of the week: no test hangs on the hour it is run at."""
    file = folder / "company.json"
    about = orjson.loads(DEMO_FILE.read_bytes())
    hours = {**about["hours"], "days": list(range(1, 8)), "open": "00:00", "close": "24:00"}
    file.write_bytes(orjson.dumps({**about, "hours": hours, "logo": str(DEMO_FILE.parent / about["logo"])}))
    return file


def settings_for(database_url: str, redis_url: str, folder: Path, **overrides: object) -> Settings:
    """Settings of a test: its own stores and folder, no limits unless asked for."""
    values: dict[str, object] = {
        "database_url": database_url,
        "redis_url": redis_url,
        "data_dir": folder,
        "company_file": company_around_the_clock(folder),
        "rate_limits": "off",
        "log_level": "WARNING",
        "database_pool": 5,
    }
    return Settings(**{**values, **overrides})
