"""Reranking by a server with a /rerank route, as vLLM, Jina and others have it."""

import asyncio
from collections.abc import Sequence

import aiohttp
import orjson

from app.adapters.circuit import Circuit
from app.knowledge.errors import RerankerUnavailable

TIMEOUT_S = 5.0
LARGEST_BODY = 4 * 1024 * 1024
LONGEST_PASSAGE = 2_000


class HttpReranker:
    """The Reranker of the room of knowledge; `close` it at the end."""

    def __init__(self, base_url: str, model: str, key: str | None = None, timeout_s: float = TIMEOUT_S):
        self.name = model
        self._url = f"{base_url.rstrip('/')}/rerank"
        self._key, self._timeout_s = key, timeout_s
        self._session: aiohttp.ClientSession | None = None
        self._circuit = Circuit()

    async def rerank(self, query: str, passages: Sequence[str]) -> list[float]:
        """One relevance per passage in their order. Raises RerankerUnavailable."""
        if not self._circuit.lets_through():
            raise RerankerUnavailable
        body = {
            "model": self.name,
            "query": query,
            "documents": [passage[:LONGEST_PASSAGE] for passage in passages],
            "top_n": len(passages),
            "return_documents": False,
        }
        try:
            async with asyncio.timeout(self._timeout_s), self._client().post(self._url, json=body) as response:
                raw = await response.content.read(LARGEST_BODY)
                if response.status != 200:
                    raise RerankerUnavailable
            scores = _scores(orjson.loads(raw), len(passages))
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError, KeyError, TypeError, IndexError):
            self._circuit.failed()
            raise RerankerUnavailable from None
        except RerankerUnavailable:
            self._circuit.failed()
            raise
        self._circuit.succeeded()
        return scores

    async def close(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
            self._session = aiohttp.ClientSession(headers=headers, trust_env=False)
        return self._session


def _scores(answer: dict[str, list[dict[str, float]]], count: int) -> list[float]:
    found: list[float | None] = [None] * count
    for result in answer["results"]:
        place = int(result["index"])
        if place < 0:
            raise IndexError
        found[place] = float(result["relevance_score"])
    scores = [score for score in found if score is not None]
    if len(scores) != count:
        raise ValueError
    return scores
