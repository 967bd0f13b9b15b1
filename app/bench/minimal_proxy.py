"""The least a chat application must do, to be measured against: read a model's stream, send it on as own events.

Run it with `python -m app.bench.minimal_proxy --upstream URL`; it prints its address as one line of JSON.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import aiohttp
import orjson
import typer
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse


def create_proxy(upstream: str) -> FastAPI:
    """One route, no storage, no search."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=512), read_bufsize=2**18) as session:
            yield {"session": session}

    app = FastAPI(lifespan=lifespan)

    @app.post("/chat")
    async def chat(request: Request) -> StreamingResponse:
        asked = orjson.loads(await request.body())
        session: aiohttp.ClientSession = request.state.session
        body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": asked["text"]}]}
        return StreamingResponse(_events(session, f"{upstream}/chat/completions", body), media_type="text/event-stream")

    return app


async def _events(session: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> AsyncIterator[bytes]:
    async with session.post(url, data=orjson.dumps(body)) as response:
        rest = b""
        async for chunk in response.content.iter_any():
            lines = (rest + chunk).split(b"\n")
            rest = lines.pop()
            for line in lines:
                if line.startswith(b"data: {"):
                    for choice in orjson.loads(line[6:])["choices"]:
                        text = choice["delta"].get("content")
                        if text:
                            yield b"event: delta\ndata: " + orjson.dumps({"text": text}) + b"\n\n"
    yield b"event: done\ndata: {}\n\n"


def main(upstream: Annotated[str, typer.Option()]) -> None:
    """Serves until it is stopped."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(orjson.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}).decode(), flush=True)
    config = uvicorn.Config(create_proxy(upstream), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    typer.run(main)
