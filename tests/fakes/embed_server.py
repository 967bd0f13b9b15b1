"""An OpenAI-compatible server of vectors and rerank scores, with faults on demand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from zlib import crc32

import orjson
from aiohttp import web

DIMENSIONS = 64
LONGEST = 400
"""Characters the fault "long" refuses a text for."""


def vector_of(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """Texts with common characters point the same way."""
    vector = [0.01] * dimensions
    for character in text:
        vector[crc32(character.encode()) % dimensions] += 1.0
    return vector


class EmbedServer:
    """`fault`: None or how it misbehaves; it begins to after `good` more texts. `asked`: every body with its path.

    Faults: error, garbage, short, half, nan, inf, zero, dimensions, ragged, busy, refused, slow, gone, long,
    hold (late, but right).
    """

    def __init__(self) -> None:
        self.url = ""
        self.fault: str | None = None
        self.good = 0
        self.dimensions = DIMENSIONS
        self.keys: set[str] = set()
        self.slow = asyncio.Event()
        self.asked: list[tuple[str, dict[str, Any]]] = []

    @property
    def texts(self) -> list[str]:
        """Every text it gave a vector for or should have."""
        return [text for path, body in self.asked if path.endswith("embeddings") for text in body["input"]]

    async def embeddings(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/embeddings."""
        body = await self._body(request)
        self.keys.add(request.headers.get("Authorization", ""))
        texts = body["input"]
        if self.fault and self.good < len(texts):
            return await self._broken(request, body)
        self.good -= len(texts) if self.fault else 0
        return self._vectors(
            body["model"], [vector_of(text, body.get("dimensions", self.dimensions)) for text in texts]
        )

    def _vectors(self, model: str, vectors: list[Any]) -> web.Response:
        data = [{"object": "embedding", "index": number, "embedding": vector} for number, vector in enumerate(vectors)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return _json({"object": "list", "model": model, "data": data, "usage": usage})

    async def rerank(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/rerank: passages with more of the question's characters are better."""
        body = await self._body(request)
        if self.fault:
            return await self._broken(request, body)
        scores = [len(set(body["query"]) & set(text)) / len(text) for text in body["documents"]]
        order = sorted(range(len(scores)), key=lambda place: -scores[place])
        return _json({"results": [{"index": place, "relevance_score": scores[place]} for place in order]})

    async def _body(self, request: web.Request) -> dict[str, Any]:
        body: dict[str, Any] = orjson.loads(await request.read())
        self.asked.append((request.path, body))
        return body

    async def _broken(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        texts, model = body.get("input", []), body.get("model", "m")
        if self.fault == "error":
            return web.Response(status=500, text="out of memory")
        if self.fault == "garbage":
            return web.Response(text="<html>not json</html>", content_type="text/html")
        if self.fault == "busy":
            return web.Response(status=429, headers={"Retry-After": "0"}, text="slow down")
        if self.fault == "refused":
            return web.Response(status=401, text="who are you?")
        if self.fault == "gone":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if self.fault == "slow":
            await self.slow.wait()
            return web.Response(status=500)
        if self.fault == "hold":
            await self.slow.wait()
            return self._vectors(model, [vector_of(text) for text in texts])
        if self.fault == "long" and any(len(text) > LONGEST for text in texts):
            return web.Response(status=400, text="this model reads no more than 512 tokens")
        right = [vector_of(text) for text in texts]
        wrong: dict[str, list[Any]] = {
            "long": right,
            "half": right[: len(right) // 2],
            "dimensions": [[*vector, 1.0] for vector in right],
            "ragged": [vector if place else vector[:-1] for place, vector in enumerate(right)],
            "zero": [[0.0] * len(vector) for vector in right],
            "nan": [["@", *vector[1:]] for vector in right],
            "inf": [["@", *vector[1:]] for vector in right],
        }
        if self.fault in wrong:
            answer = self._vectors(model, wrong[self.fault])
            literal = b"NaN" if self.fault == "nan" else b"Infinity"
            return web.Response(
                body=bytes(answer.body or b"").replace(b'"@"', literal), content_type="application/json"
            )
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
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        server.slow.set()
        await runner.cleanup()
