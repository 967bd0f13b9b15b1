"""Customers of a benchmark: each keeps one connection and asks again as soon as the last answer has ended."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Protocol
from urllib.parse import urlsplit

import orjson


@dataclass
class Chat:
    """One chat: seconds to the first token and to the end; `problem` is empty when it went well."""

    first_s: float = 0.0
    total_s: float = 0.0
    ended: float = 0.0
    problem: str = ""


class Line:
    """One keep-alive HTTP connection read as raw bytes: cheap enough to leave the machine to what is measured."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def _send(self, path: str, body: bytes, headers: Sequence[str]) -> asyncio.StreamReader:
        if self._writer is None or self._writer.is_closing() or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(self.host, self.port, limit=2**20)
        head = [f"POST {path} HTTP/1.1", f"Host: {self.host}", "Content-Type: application/json", *headers]
        head.append(f"Content-Length: {len(body)}")
        self._writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        return self._reader

    async def post(self, path: str, body: bytes, headers: Sequence[str] = ()) -> bytes:
        """A short answer, whole. Raises OSError when the server does not say how long it is."""
        reader = await self._send(path, body, headers)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), None)
        if length is None:
            raise OSError("no content length")
        content = await reader.readexactly(length)
        if b" 20" not in head[:14]:
            raise OSError(head[:30].decode("latin-1"))
        return content

    async def stream(self, path: str, body: bytes, headers: Sequence[str], first: bytes, good: bytes) -> Chat:
        """A stream until the last chunk: `first` marks the first token, `good` an answer that went well."""
        began = perf_counter()
        reader = await self._send(path, body, headers)
        chat, tail, seen = Chat(), b"", False
        while True:
            chunk = await reader.read(65536)
            if not chunk:
                chat.problem = "cut"
                self.close()
                break
            recent = tail + chunk
            if not chat.first_s and first in recent:
                chat.first_s = perf_counter() - began
            seen = seen or good in recent
            if recent.endswith(b"\r\n0\r\n\r\n"):
                break
            tail = recent[-64:]
        chat.ended = perf_counter()
        chat.total_s = chat.ended - began
        if not chat.problem and not (seen and chat.first_s):
            chat.problem = "no answer"
        return chat

    def close(self) -> None:
        """Hangs up; the next request opens a new connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


class Shop(Protocol):
    """Something a customer can chat with."""

    async def chat(self, line: Line, question: str) -> Chat:
        """One question, one answer."""
        ...

    @property
    def url(self) -> str:
        """Where it is."""
        ...


@dataclass(frozen=True)
class Direct:
    """The scripted model itself."""

    url: str

    async def chat(self, line: Line, question: str) -> Chat:
        body = orjson.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": question}]})
        return await line.stream("/v1/chat/completions", body, (), b'"content"', b"[DONE]")


@dataclass(frozen=True)
class Proxy:
    """The minimal proxy in front of it."""

    url: str

    async def chat(self, line: Line, question: str) -> Chat:
        return await line.stream("/chat", orjson.dumps({"text": question}), (), b"event: delta", b"event: done")


@dataclass(frozen=True)
class Kefu:
    """Kefu by its public contract: a new conversation, one message, its stream."""

    url: str
    numbers: "count[int]" = field(default_factory=count)

    async def chat(self, line: Line, question: str) -> Chat:
        opened = orjson.loads(await line.post("/api/v1/conversations", b'{"locale": "zh-CN"}'))
        path = f"/api/v1/conversations/{opened['conversation_id']}/messages"
        headers = ("Accept: text/event-stream", f"Authorization: Bearer {opened['token']}")
        body = orjson.dumps({"client_id": f"bench-{next(self.numbers)}", "text": question})
        return await line.stream(path, body, headers, b"event: answer.delta", b'"outcome":"answered"')


@dataclass
class Load:
    """What N customers did within the measured window."""

    chats: list[Chat]
    seconds: float
    all_chats: int

    @property
    def good(self) -> list[Chat]:
        """Chats that went well."""
        return [chat for chat in self.chats if not chat.problem]


async def drive(shop: Shop, questions: Sequence[str], customers: int, warm_s: float, window_s: float) -> Load:
    """Lets N customers chat; counts the chats that end within the window after the warm-up."""
    loop = asyncio.get_running_loop()
    began = perf_counter()
    opens, closes = began + warm_s, began + warm_s + window_s
    chats: list[Chat] = []

    async def customer(number: int) -> None:
        await asyncio.sleep(min(warm_s, 0.5) * number / customers)
        line = Line(shop.url)
        asked = number
        while perf_counter() < closes:
            try:
                async with asyncio.timeout(60):
                    chat = await shop.chat(line, questions[asked % len(questions)])
            except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError, KeyError) as error:
                line.close()
                chat = Chat(ended=perf_counter(), problem=type(error).__name__)
                await asyncio.sleep(0.05)
            chats.append(chat)
            asked += customers
        line.close()

    tasks = [loop.create_task(customer(number)) for number in range(customers)]
    await asyncio.gather(*tasks)
    return Load([chat for chat in chats if opens <= chat.ended < closes], window_s, len(chats))
