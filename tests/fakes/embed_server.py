"""An OpenAI-compatible server of vectors and rerank scores, with faults on demand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from zlib import crc32

import orjson
from aiohttp import web

DIMENSIONS = 64


def vector_of(text: str) -> list[float]:
    """Texts with common characters point the same way."""
    vector = [0.01] * DIMENSIONS
    for character in text:
        vector[crc32(character.encode()) % DIMENSIONS] += 1.0
    return vector


class EmbedServer:
    """`fault`: None, "error", "garbage" or "short". `asked`: every body that came, with its path."""

    def __init__(self) -> None:
        self.url = ""
        self.fault: str | None = None
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def embeddings(self, request: web.Request) -> web.Response:
        """POST /v1/embeddings."""
        body = await self._body(request)
        if self.fault:
            return self._broken()
        data = [
            {"object": "embedding", "index": number, "embedding": vector_of(text)}
            for number, text in enumerate(body["input"])
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return _json({"object": "list", "model": body["model"], "data": data, "usage": usage})

    async def rerank(self, request: web.Request) -> web.Response:
        """POST /v1/rerank: passages with more of the question's characters are better."""
        body = await self._body(request)
        if self.fault:
            return self._broken()
        scores = [len(set(body["query"]) & set(text)) / len(text) for text in body["documents"]]
        order = sorted(range(len(scores)), key=lambda place: -scores[place])
        return _json({"results": [{"index": place, "relevance_score": scores[place]} for place in order]})

    async def _body(self, request: web.Request) -> dict[str, Any]:
        body: dict[str, Any] = orjson.loads(await request.read())
        self.asked.append((request.path, body))
        return body

    def _broken(self) -> web.Response:
        if self.fault == "error":
            return web.Response(status=500, text="out of memory")
        if self.fault == "garbage":
            return web.Response(text="<html>not json")
        return _json({"object": "list", "model": "m", "data": [], "results": [], "usage": {}})


def _json(value: object) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json")


@asynccontextmanager
async def embed_server() -> AsyncIterator[EmbedServer]:
    """Runs on a free port of this machine."""
    server = EmbedServer()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/v1/embeddings", server.embeddings)
    app.router.add_post("/v1/rerank", server.rerank)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
