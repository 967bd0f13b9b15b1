"""The chat model over the OpenAI-compatible protocol: vLLM serving GLM or Llama, or any server that speaks it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from app.adapters.circuit import Circuit
from app.adapters.retry_after import asked_to_wait_s
from app.adapters.sse_reader import DONE, SseData
from app.adapters.thinking import ThoughtsHidden
from app.kernel.logging import get_logger
from app.model_registry import (
    ChatDelta,
    ChatMessage,
    ChatUsage,
    ModelBroken,
    ModelFailure,
    ModelTimeout,
    ModelUnavailable,
)

log = get_logger(__name__)
BUSY = frozenset({408, 429, 500, 502, 503, 504})
MAY_ASK_FOR_TIME = frozenset({429, 503})
PATIENCE_S = 3.0
"""A server that asks for less time than this is waited for; else the question goes to the spare, or fails at once."""
LARGEST_BODY = 4 * 1024 * 1024
NAME_FRESH_S = 60.0
CONNECTIONS = 512
KEPT_S = 4.0
"""How long an idle connection is kept: less than the 5 s after which uvicorn, and so vLLM, closes it."""
GATHER_S = 0.03
DRAIN_S = 0.2


@dataclass(frozen=True)
class Waits:
    """How long is waited, in seconds: for the first token, between two, and for a whole answer."""

    first_token_s: float = 15.0
    gap_s: float = 10.0
    total_s: float = 120.0
    connect_s: float = 3.0


class OpenAIChat:
    """One model server. Keeps one pool of connections for the process; `close` it at the end."""

    def __init__(
        self,
        base_url: str,
        model: str | None = None,
        key: str | None = None,
        waits: Waits | None = None,
        gather_s: float = GATHER_S,
        patience_s: float = PATIENCE_S,
    ):
        self._base = base_url.rstrip("/")
        self._model = model
        self._key = key
        self._waits = waits or Waits()
        self._gather_s, self._patience_s = gather_s, patience_s
        self._session: aiohttp.ClientSession | None = None
        self._circuit = Circuit()
        self._found: tuple[str, float] | None = None
        self._finding = asyncio.Lock()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEPT_S),
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=self._waits.connect_s),
                read_bufsize=2**18,
                auto_decompress=True,
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        model: str | None = None,
        options: Mapping[str, Any] = {},
    ) -> AsyncGenerator[ChatDelta, None]:
        """See the port ChatModel."""
        began = asyncio.get_running_loop().time()
        first, deadline = began + self._waits.first_token_s, began + self._waits.total_s
        body = {
            "model": model or await self.default_name(),
            "messages": [_message(message) for message in messages],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
            **options,
        }
        response = await self._post("/chat/completions", body, first)
        try:
            if response.content_type != "text/event-stream":
                yield await self._whole(response, deadline)
                return
            async with aclosing(self._deltas(response, first, deadline)) as deltas:
                async for delta in deltas:
                    yield delta
        finally:
            response.close()  # a connection not yet given back is cut: the server must notice that nobody reads on

    async def default_name(self) -> str:
        """The configured name, else the first the server lists; asked again after a minute."""
        if self._model is not None:
            return self._model
        loop = asyncio.get_running_loop()
        async with self._finding:
            if self._found is None or loop.time() - self._found[1] > NAME_FRESH_S:
                self._found = ((await self.served_names())[0], loop.time())
            return self._found[0]

    async def served_names(self) -> list[str]:
        """Every model the server lists, adapters included. Raises ModelFailure."""
        self._check_circuit()
        try:
            async with (
                asyncio.timeout(self._waits.connect_s + 2),
                self._client().get(f"{self._base}/models") as response,
            ):
                listed = orjson.loads(await response.content.read(LARGEST_BODY))
            names = [str(entry["id"]) for entry in listed["data"]]
        except TimeoutError:
            self._circuit.failed()
            raise ModelTimeout("models") from None
        except (aiohttp.ClientError, OSError):
            self._circuit.failed()
            raise ModelUnavailable("connect") from None
        except (ValueError, KeyError, TypeError):
            raise ModelBroken("models") from None
        self._circuit.succeeded()
        if not names:
            raise ModelUnavailable("no_model")
        return names

    def _check_circuit(self) -> None:
        if not self._circuit.lets_through():
            raise ModelUnavailable("circuit_open")

    async def _post(self, path: str, body: dict[str, Any], first: float) -> aiohttp.ClientResponse:
        """The answer's beginning; asked once more where the server only wanted a little time."""
        await self._rest(first)
        response = await self._posted(path, body, first)
        if self._asks_for_time(response) and self._has_time(first):
            response.close()
            await self._rest(first)
            response = await self._posted(path, body, first)
            self._asks_for_time(response)
        if response.status != 200:
            raise await self._refusal(response)
        self._circuit.succeeded()
        return response

    def _asks_for_time(self, response: aiohttp.ClientResponse) -> bool:
        """Whether the server says when to come back; until then nobody goes there."""
        if response.status not in MAY_ASK_FOR_TIME:
            return False
        seconds = asked_to_wait_s(response.headers.get("Retry-After"))
        if seconds is None:
            return False
        self._circuit.rest(seconds)
        log.warning("model_asks_for_time", status=response.status, seconds=round(seconds, 1))
        return True

    def _has_time(self, first: float) -> bool:
        left = self._circuit.rest_s
        return left <= self._patience_s and asyncio.get_running_loop().time() + left < first

    async def _rest(self, first: float) -> None:
        """Waits until the server may be asked again. Raises ModelUnavailable when that is too long."""
        if self._circuit.rest_s > 0:
            if not self._has_time(first):
                raise ModelUnavailable("asked_for_time")
            await asyncio.sleep(self._circuit.rest_s)

    async def _posted(self, path: str, body: dict[str, Any], first: float) -> aiohttp.ClientResponse:
        self._check_circuit()
        try:
            async with asyncio.timeout_at(first):
                return await self._sent(self._base + path, orjson.dumps(body))
        except TimeoutError:
            self._circuit.failed()
            raise ModelTimeout("first_token") from None
        except (aiohttp.ClientError, OSError):
            self._circuit.failed()
            raise ModelUnavailable("connect") from None

    async def _sent(self, url: str, data: bytes) -> aiohttp.ClientResponse:
        """Once more where a kept connection was being closed at that very moment: nobody has read the question yet."""
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
        try:
            return await self._client().post(url, data=data, headers=headers)
        except (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError):
            log.info("model_connection_renewed")
            return await self._client().post(url, data=data, headers=headers)

    async def _refusal(self, response: aiohttp.ClientResponse) -> ModelFailure:
        status = response.status
        response.close()
        log.warning("model_refused", status=status)
        if status in BUSY:
            if status != 429:
                self._circuit.failed()
            return ModelUnavailable(f"status_{status}")
        self._circuit.succeeded()
        if status == 404:
            self._found = None  # the model may have been renamed or unloaded
        return ModelBroken(f"status_{status}")

    async def _deltas(
        self, response: aiohttp.ClientResponse, first: float, deadline: float
    ) -> AsyncGenerator[ChatDelta, None]:
        loop = asyncio.get_running_loop()
        lines, thoughts = SseData(), ThoughtsHidden()
        begun = finished = done = False
        while not done:
            limit = min(loop.time() + self._waits.gap_s if begun else first, deadline)
            try:
                async with asyncio.timeout_at(limit):
                    chunk = await response.content.readany()
            except TimeoutError:
                raise ModelTimeout("total" if limit == deadline else "gap" if begun else "first_token") from None
            except (aiohttp.ClientError, OSError):
                raise ModelBroken("cut") from None
            payloads = lines.feed(chunk) if chunk else lines.end()
            delta, done = _joined(payloads, thoughts)
            begun = begun or bool(payloads)
            finished = finished or done or (delta is not None and delta.finish_reason is not None)
            if not chunk and not finished:
                raise ModelBroken("cut")
            done = done or not chunk
            if done:
                delta = _with_text(delta, thoughts.end())
            if delta is not None:
                yield delta
                if not done and delta.text:
                    await self._gather(response)
        await _drain(response)

    async def _gather(self, response: aiohttp.ClientResponse) -> None:
        """Lets the next tokens collect in the kernel, so that one wake-up brings several of them."""
        transport = response.connection.transport if response.connection is not None else None
        if self._gather_s <= 0 or transport is None or transport.is_closing():
            return
        transport.pause_reading()
        try:
            await asyncio.sleep(self._gather_s)
        finally:
            if not transport.is_closing():
                transport.resume_reading()

    async def _whole(self, response: aiohttp.ClientResponse, deadline: float) -> ChatDelta:
        """An answer in one piece, from a server that does not stream."""
        try:
            async with asyncio.timeout_at(min(asyncio.get_running_loop().time() + self._waits.first_token_s, deadline)):
                raw = await response.content.read(LARGEST_BODY)
            choice = orjson.loads(raw)["choices"][0]
            thoughts = ThoughtsHidden()
            said = thoughts.feed(choice["message"]["content"] or "") + thoughts.end()
            return ChatDelta(
                said, choice.get("finish_reason") or "stop", None, tuple(choice["message"].get("tool_calls") or ())
            )
        except TimeoutError:
            raise ModelTimeout("total") from None
        except (aiohttp.ClientError, OSError):
            raise ModelBroken("cut") from None
        except (ValueError, KeyError, TypeError, IndexError):
            raise ModelBroken("no_stream") from None


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Reads the last few bytes behind the end, so that the connection can serve the next question."""
    try:
        async with asyncio.timeout(DRAIN_S):
            await response.content.read(1)
            if response.content.at_eof():
                response.release()
    except (TimeoutError, aiohttp.ClientError, OSError):
        return


def _message(message: ChatMessage) -> dict[str, Any]:
    body: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        body["tool_calls"] = list(message.tool_calls)
    if message.tool_call_id is not None:
        body["tool_call_id"] = message.tool_call_id
    return body


def _joined(payloads: list[bytes], thoughts: ThoughtsHidden) -> tuple[ChatDelta | None, bool]:
    """All that arrived at once as one delta, and whether the stream said it is done. Raises ModelBroken."""
    text, finish, usage, done = "", None, None, False
    calls: list[dict[str, Any]] = []
    for payload in payloads:
        if payload == DONE:
            done = True
            break
        try:
            event = orjson.loads(payload)
            if "error" in event:
                raise ModelBroken("error_event")
            if event.get("usage"):
                counted = event["usage"]
                usage = ChatUsage(int(counted["prompt_tokens"]), int(counted["completion_tokens"]))
            for choice in event["choices"][:1]:
                delta = choice["delta"]
                text += delta.get("content") or ""
                calls.extend(delta.get("tool_calls") or ())
                finish = choice.get("finish_reason") or finish
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ModelBroken("garbage") from None
    shown = thoughts.feed(text) if text else ""
    if not shown and finish is None and usage is None and not calls:
        return None, done
    return ChatDelta(shown, finish, usage, tuple(calls)), done


def _with_text(delta: ChatDelta | None, text: str) -> ChatDelta | None:
    if not text:
        return delta
    if delta is None:
        return ChatDelta(text)
    return ChatDelta(delta.text + text, delta.finish_reason, delta.usage, delta.tool_calls)
