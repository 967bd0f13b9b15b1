"""A web process of its own that says the first piece of an answer and then hangs, to be killed by a test."""

import asyncio
import json
import sys

import uvicorn

from app.kernel.settings import Settings
from app.main import create_app
from tests.fakes.answerer import FakeAnswerer
from tests.serving import free_port


async def run(settings: Settings) -> None:
    """Serves until killed; the first line on stdout is its address."""
    answerer = FakeAnswerer()
    answerer.hold("没说完的", "永远不会说的")
    answerer.say_next()
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, answerer=answerer), host="127.0.0.1", port=port, log_level="error")
    )
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)  # uvicorn offers no event to wait for
    print(f"http://127.0.0.1:{port}", flush=True)
    await task


if __name__ == "__main__":
    asyncio.run(run(Settings(**json.loads(sys.argv[1]))))
