"""Embeddings from an OpenAI-compatible server (vLLM, or any other), through LangChain's client."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from app.adapters.retry_after import asked_to_wait_s
from app.adapters.secret_box import SecretBox
from app.knowledge.domain import EmbedderCard
from app.knowledge.embedders import ServerGone
from app.knowledge.embedding.errors import (
    EmbedderBusy,
    EmbedderDimensions,
    EmbedderFailing,
    EmbedderGarbled,
    EmbedderKeyLost,
    EmbedderNotNumbers,
    EmbedderRefused,
    EmbedderShort,
    EmbedderSlow,
)
from app.knowledge.errors import EmbedderUnavailable
from app.knowledge.ports import Embedder, TextKind, Vectors

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

TIMEOUT_S = 30.0
BATCH = 64
LONGEST_TEXT, SHORTEST_CUT = 8_000, 60
TOO_LONG = (400, 413, 422)
"""What servers answer to a text that is longer than their model reads."""
# What a question must begin with for models that were trained so; passages of these models go in as they are.
_QUERY_PREFIXES = (
    ("bge-large-zh", "为这个句子生成表示以用于检索相关文章："),
    ("bge-base-zh", "为这个句子生成表示以用于检索相关文章："),
    ("bge-small-zh", "为这个句子生成表示以用于检索相关文章："),
    ("bge-large-en", "Represent this sentence for searching relevant passages: "),
    ("bge-base-en", "Represent this sentence for searching relevant passages: "),
    ("bge-small-en", "Represent this sentence for searching relevant passages: "),
)


@dataclass(frozen=True)
class Manner:
    """How a model wants to be asked. None: as its name says. wanted_dimensions: for models that can shorten vectors."""

    query_prefix: str | None = None
    passage_prefix: str | None = None
    wanted_dimensions: int | None = None
    timeout_s: float = TIMEOUT_S


class LangChainEmbedder:
    """The Embedder of the room of knowledge. Long texts are cut, since the server may refuse them."""

    def __init__(
        self, base_url: str, model: str, dimensions: int, key: str | None = None, manner: Manner | None = None
    ):
        self.name = model
        self.dimensions = dimensions
        self._base_url, self._key = base_url, key
        self._manner = manner or Manner()
        self._client: OpenAIEmbeddings | None = None
        self._http: httpx.AsyncClient | None = None
        usual = next((said for part, said in _QUERY_PREFIXES if part in model.lower()), "")
        asked = self._manner.query_prefix
        self._prefixes = {
            "query": usual if asked is None else asked,
            "passage": self._manner.passage_prefix or "",
        }

    async def embed(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Returns (len(texts), dimensions) float32 of unit length. Raises EmbedderUnavailable or one of its kinds."""
        said = [self._prefixes[kind] + (text[:LONGEST_TEXT] or " ") for text in texts]
        try:
            found = await self._ask(said)
        except EmbedderRefused as error:
            if error.values.get("status") not in TOO_LONG:
                raise
            found = [await self._shortened(text) for text in said]
        except (EmbedderBusy, EmbedderSlow):
            raise
        except EmbedderUnavailable as error:
            if not error.passing:
                raise
            found = await self._ask(said)  # once more at once: a kept connection may just have gone stale
        return self._checked(found, len(texts))

    def _checked(self, found: list[list[float]], count: int) -> Vectors:
        if not isinstance(found, list) or not all(isinstance(row, list) for row in found):
            raise EmbedderGarbled
        if len(found) != count:
            raise EmbedderShort(expected=count, found=len(found))
        width = self.dimensions or (len(found[0]) if found else 0)
        other = next((len(row) for row in found if len(row) != width), None)
        if other is not None:
            raise EmbedderDimensions(expected=width, found=other)
        try:
            rows = np.asarray(found, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise EmbedderNotNumbers from error
        lengths = np.linalg.norm(rows.astype(np.float64), axis=-1, keepdims=True)
        if not np.isfinite(rows).all() or not np.isfinite(lengths).all() or (lengths < 1e-9).any():
            raise EmbedderNotNumbers
        unit: Vectors = (rows / lengths).astype(np.float32)
        return unit

    async def _shortened(self, text: str) -> list[float]:
        """One text, cut in half until the server takes it."""
        while True:
            try:
                return (await self._ask([text]))[0]
            except EmbedderRefused as error:
                if error.values.get("status") not in TOO_LONG or len(text) < SHORTEST_CUT:
                    raise
                text = text[: len(text) // 2]
            except IndexError:
                raise EmbedderShort(expected=1, found=0) from None

    async def _ask(self, texts: list[str]) -> list[list[float]]:
        import openai

        client = await self._connected()
        try:
            async with asyncio.timeout(self._manner.timeout_s):
                return await client.aembed_documents(texts)
        except (TimeoutError, openai.APITimeoutError) as error:
            raise EmbedderSlow(seconds=int(self._manner.timeout_s)) from error
        except openai.APIStatusError as error:
            raise _told_by(error.status_code, error.response.headers.get("retry-after")) from error
        except openai.APIResponseValidationError as error:
            raise EmbedderGarbled from error
        except (openai.OpenAIError, OSError) as error:
            raise EmbedderUnavailable from error
        except ValueError as error:
            # The SDK's own words for an answer whose list of vectors is empty.
            if "No embedding data" in str(error):
                raise EmbedderShort(expected=len(texts), found=0) from error
            raise EmbedderGarbled from error
        except (TypeError, LookupError, AttributeError) as error:
            raise EmbedderGarbled from error

    async def close(self) -> None:
        """Closes every connection; the next call opens new ones."""
        if self._http is not None:
            await self._http.aclose()
        self._client = self._http = None

    async def _connected(self) -> "OpenAIEmbeddings":
        if self._client is None:
            self._http = httpx.AsyncClient(timeout=self._manner.timeout_s, trust_env=False)
            self._client = await asyncio.to_thread(self._connect)  # importing LangChain takes half a second
        return self._client

    def _connect(self) -> "OpenAIEmbeddings":
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        return OpenAIEmbeddings(
            model=self.name,
            dimensions=self._manner.wanted_dimensions,
            base_url=self._base_url,
            api_key=SecretStr(self._key or "none"),
            http_async_client=self._http,
            # Send the text as it is: token numbers of an OpenAI model mean nothing to another server.
            check_embedding_ctx_length=False,
            # Plain numbers: not every server knows the packed form, and a wrong one must be seen.
            model_kwargs={"encoding_format": "float"},
            chunk_size=BATCH,
            # Who waits how long is decided by those who ask: a search hardly, a job patiently.
            max_retries=0,
            timeout=self._manner.timeout_s,
        )


def _told_by(status: int, retry_after: str | None) -> EmbedderUnavailable:
    """The error that an HTTP status means."""
    if status == 429:
        seconds = asked_to_wait_s(retry_after)
        return EmbedderBusy(retry_after_s=None if seconds is None else int(seconds))
    if status >= 500:
        return EmbedderFailing(status=status)
    return EmbedderRefused(status=status)


def embedders_at(
    base_url: str | None, key: str | None, box: SecretBox | None = None, timeout_s: float = TIMEOUT_S
) -> Callable[[EmbedderCard], Embedder]:
    """Builds the embedder of any row whose model is served: at its own address, else at this one.

    The key goes only to the server it was given for.
    """

    def connect(card: EmbedderCard) -> Embedder:
        settings: dict[str, Any] = card.settings
        address = str(settings.get("base_url") or base_url or "")
        if not address:
            return ServerGone(card)
        found = key if address == base_url else None
        if settings.get("sealed_key"):
            found = box.open(str(settings["sealed_key"])) if box else None
            if found is None:
                return ServerGone(card, EmbedderKeyLost())
        manner = Manner(
            settings.get("query_prefix"), settings.get("passage_prefix"), settings.get("wanted_dimensions"), timeout_s
        )
        return LangChainEmbedder(address, card.model, card.dimensions, found, manner)

    return connect
