"""Embeddings from an OpenAI-compatible server (vLLM, or any other), through LangChain's client."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from app.knowledge.domain import EmbedderCard
from app.knowledge.errors import EmbedderUnavailable
from app.knowledge.ports import TextKind, Vectors

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

TIMEOUT_S = 30.0
BATCH = 64
LONGEST_TEXT = 8_000
# What a question must begin with for models that were trained so; passages of these models go in as they are.
_QUERY_PREFIXES = (
    ("bge-large-zh", "为这个句子生成表示以用于检索相关文章："),
    ("bge-base-zh", "为这个句子生成表示以用于检索相关文章："),
    ("bge-small-zh", "为这个句子生成表示以用于检索相关文章："),
    ("bge-large-en", "Represent this sentence for searching relevant passages: "),
    ("bge-base-en", "Represent this sentence for searching relevant passages: "),
    ("bge-small-en", "Represent this sentence for searching relevant passages: "),
)


class LangChainEmbedder:
    """The Embedder of the room of knowledge. Long texts are cut, since the server may refuse them."""

    def __init__(self, base_url: str, model: str, dimensions: int, key: str | None = None):
        self.name = model
        self.dimensions = dimensions
        self._base_url, self._key = base_url, key
        self._client: OpenAIEmbeddings | None = None
        self._http: httpx.AsyncClient | None = None
        self._prefix = next((said for part, said in _QUERY_PREFIXES if part in model.lower()), "")

    async def embed(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Returns (len(texts), dimensions) float32 of unit length. Raises EmbedderUnavailable."""
        prefix = self._prefix if kind == "query" else ""
        said = [prefix + (text[:LONGEST_TEXT] or " ") for text in texts]
        found = np.asarray(await self._ask(said), dtype=np.float32)
        expected = (len(texts), self.dimensions or found.shape[-1])
        if found.ndim != 2 or found.shape != expected or not np.isfinite(found).all():
            raise EmbedderUnavailable
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        if (lengths < 1e-9).any():
            raise EmbedderUnavailable
        unit: Vectors = found / lengths
        return unit

    async def _ask(self, texts: list[str]) -> list[list[float]]:
        import openai

        client = await self._connected()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await client.aembed_documents(texts)
        except (openai.OpenAIError, TimeoutError, OSError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise EmbedderUnavailable from error

    async def close(self) -> None:
        """Closes every connection; the next call opens new ones."""
        if self._http is not None:
            await self._http.aclose()
        self._client = self._http = None

    async def _connected(self) -> "OpenAIEmbeddings":
        if self._client is None:
            self._http = httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False)
            self._client = await asyncio.to_thread(self._connect)  # importing LangChain takes half a second
        return self._client

    def _connect(self) -> "OpenAIEmbeddings":
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        return OpenAIEmbeddings(
            model=self.name,
            base_url=self._base_url,
            api_key=SecretStr(self._key or "none"),
            http_async_client=self._http,
            # Send the text as it is: token numbers of an OpenAI model mean nothing to another server.
            check_embedding_ctx_length=False,
            chunk_size=BATCH,
            max_retries=2,
            timeout=TIMEOUT_S,
        )


def embedders_at(base_url: str, key: str | None) -> Callable[[EmbedderCard], LangChainEmbedder]:
    """Builds the embedder of any row whose model is served there."""

    def connect(card: EmbedderCard) -> LangChainEmbedder:
        settings: dict[str, Any] = card.settings
        return LangChainEmbedder(str(settings.get("base_url") or base_url), card.model, card.dimensions, key)

    return connect
