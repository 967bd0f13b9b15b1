"""The benchmark's scripted model server, run inside a test's own event loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.bench.script import Script
from app.bench.scripted_model import State, start


@dataclass
class ModelServer:
    """Its OpenAI base address, and what it has seen so far."""

    url: str
    state: State


@asynccontextmanager
async def model_server(script: Script | None = None) -> AsyncIterator[ModelServer]:
    """A server that answers at once unless told otherwise."""
    server, state, url = await start(script or Script(first_token_ms=0, rate=5_000, tokens=10))
    try:
        yield ModelServer(url, state)
    finally:
        server.close()
