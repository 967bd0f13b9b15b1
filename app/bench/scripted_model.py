"""A scripted OpenAI-compatible server on a bare asyncio protocol: it costs next to nothing, so that Kefu is measured.

Run it with `python -m app.bench.scripted_model --port 18150`; it prints its address as one line of JSON.
"""

import asyncio
import hashlib
import math
import time
from collections import Counter
from dataclasses import asdict, replace
from typing import Any, cast

import orjson
import typer
import uvloop

from app.bench.script import Script, pieces

DIMENSIONS = 384
HEAD_EVENTS = b"\r\n".join(
    (
        b"HTTP/1.1 200 OK",
        b"Content-Type: text/event-stream",
        b"Cache-Control: no-cache",
        b"Transfer-Encoding: chunked",
        b"",
        b"",
    )
)


class State:
    """What the server was told and what it has seen."""

    def __init__(self, script: Script):
        self.script = script
        self.counts: Counter[str] = Counter()
        self.running = 0
        self.last_request: dict[str, Any] = {}

    def metrics(self) -> bytes:
        """Prometheus text, with vLLM's names where it has one."""
        lines = [f"vllm:num_requests_running {self.running}"]
        for name in ("requests", "finished", "aborted", "generation_tokens", "embedded_texts"):
            lines.append(f"scripted:{name}_total {self.counts[name]}")
        return ("\n".join(lines) + "\n").encode()


class Connection(asyncio.Protocol):
    """One keep-alive connection; requests are answered one after another."""

    def __init__(self, state: State):
        self._state = state
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._timer: asyncio.TimerHandle | None = None
        self._streaming = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._streaming:
            self._streaming = False
            self._state.running -= 1
            self._state.counts["aborted"] += 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while not self._streaming:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            length = _content_length(head)
            if len(rest) < length:
                return
            self._buffer = rest[length:]
            method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            self._answer(method, path, rest[:length])

    def _answer(self, method: str, path: str, body: bytes) -> None:
        script = self._state.script
        if path == "/metrics":
            self._send(200, self._state.metrics(), "text/plain")
        elif path == "/health":
            self._send(200, b"", "text/plain")
        elif path == "/control" and method == "POST":
            self._state.script = replace(script, **orjson.loads(body))
            self._send_json(200, asdict(self._state.script))
        elif path == "/v1/models":
            names = script.models.split(",")
            self._send_json(200, {"object": "list", "data": [{"id": n, "object": "model"} for n in names]})
        elif path == "/v1/embeddings":
            self._embed(orjson.loads(body))
        elif path == "/v1/chat/completions":
            self._chat(orjson.loads(body))
        else:
            self._send_json(404, {"error": {"message": "Not Found", "code": 404}})

    def _embed(self, request: dict[str, Any]) -> None:
        texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
        self._state.counts["embedded_texts"] += len(texts)
        data = [{"object": "embedding", "index": i, "embedding": embedding(t)} for i, t in enumerate(texts)]
        usage = {"prompt_tokens": sum(map(len, texts)), "total_tokens": sum(map(len, texts))}
        self._send_json(200, {"object": "list", "model": request.get("model"), "data": data, "usage": usage})

    def _chat(self, request: dict[str, Any]) -> None:
        state = self._state
        state.counts["requests"] += 1
        state.last_request = request
        asked = str(request["messages"][-1]["content"])
        script = state.script.for_request(asked)
        if script.status != 200 and (not script.times or state.counts["requests"] <= script.times):
            body = orjson.dumps({"error": {"message": "scripted refusal", "code": script.status}})
            self._send(script.status, body, "application/json", script.retry_after)
        elif script.fault == "html":
            self._send(200, b"<html><body>Welcome to the proxy</body></html>", "text/html")
        elif script.fault == "bad_json":
            self._send(200, b'{"choices": [{"mess', "application/json")
        elif not request.get("stream") or script.fault == "no_stream":
            self._send_json(200, _whole(script, request, asked))
        else:
            self._begin(script, request, asked)

    def _begin(self, script: Script, request: dict[str, Any], asked: str) -> None:
        self._script = script
        self._streaming = True
        self._state.running += 1
        limit = int(request.get("max_tokens") or 100_000)
        self._pieces = [] if script.fault == "empty" else pieces(script, asked)[:limit]
        if script.fault == "thinking":
            self._pieces = ["<thi", "nk>let me", " see</th", "ink>", *self._pieces]
        self._next = 0
        self._request = request
        self._usage = {"prompt_tokens": len(asked) // 2, "completion_tokens": len(self._pieces)}
        self._transport.write(HEAD_EVENTS)
        self._start = self._loop.time() + script.first_token_ms / 1000
        if script.fault == "hang" and script.after == 0:
            return
        self._timer = self._loop.call_at(self._start, self._tick)

    def _tick(self) -> None:
        script = self._script
        due = int((self._loop.time() - self._start) * script.rate + 1e-6) + 1 if script.rate else len(self._pieces)
        out: list[bytes] = []
        while self._next < min(due, len(self._pieces)):
            if script.fault != "none" and self._next == script.after and not self._strikes(out):
                return
            out.append(_event({"choices": [{"index": 0, "delta": {"content": self._pieces[self._next]}}]}))
            self._next += 1
        self._state.counts["generation_tokens"] += len(out)
        if self._next >= len(self._pieces):
            self._finish(out)
            return
        self._transport.write(b"".join(out))
        self._timer = self._loop.call_at(self._start + self._next / script.rate, self._tick)

    def _strikes(self, out: list[bytes]) -> bool:
        """Lets the fault happen; True when the stream goes on as if nothing had been."""
        fault = self._script.fault
        if fault == "cut":
            self._transport.write(b"".join(out))
            self._transport.abort() if self._script.after == 0 else self._transport.close()
            return False
        if fault == "hang":
            self._transport.write(b"".join(out))
            return False
        if fault == "garbage":
            out.append(_chunk(b'data: {"choices": [{"delta": {"con\xff\n\n'))
        elif fault == "huge_line":
            out.append(_chunk(b'data: {"choices": [{"delta": {"content": "' + b"x" * 10_000_000))
        elif fault == "error_event":
            out.append(_event({"error": {"message": "CUDA out of memory", "code": 500}}))
        return True

    def _finish(self, out: list[bytes]) -> None:
        finish = "stop"
        if self._script.call and self._request.get("tools"):
            finish = "tool_calls"
            call = {"index": 0, "id": "call_1", "type": "function", "function": _function(self._request, self._script)}
            out.append(_event({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}))
        out.append(_event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}))
        if (self._request.get("stream_options") or {}).get("include_usage"):
            out.append(_event({"choices": [], "usage": {**self._usage, "total_tokens": sum(self._usage.values())}}))
        out.append(_chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
        self._streaming = False
        self._state.running -= 1
        self._state.counts["finished"] += 1
        self._transport.write(b"".join(out))
        self._loop.call_soon(self.data_received, b"")

    def _send_json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, orjson.dumps(body), "application/json")

    def _send(self, status: int, body: bytes, kind: str, retry_after: str = "") -> None:
        later = f"Retry-After: {retry_after}\r\n" if retry_after else ""
        head = f"HTTP/1.1 {status} Scripted\r\nContent-Type: {kind}\r\n{later}Content-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0


def _chunk(payload: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(payload), payload)


def _event(data: dict[str, Any]) -> bytes:
    return _chunk(b"data: " + orjson.dumps({"id": "c", "object": "chat.completion.chunk", **data}) + b"\n\n")


def _function(request: dict[str, Any], script: Script) -> dict[str, str]:
    return {"name": request["tools"][0]["function"]["name"], "arguments": script.call}


def _whole(script: Script, request: dict[str, Any], asked: str) -> dict[str, Any]:
    said = pieces(script, asked)
    message: dict[str, Any] = {"role": "assistant", "content": "".join(said)}
    if script.call and request.get("tools"):
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": _function(request, script)}]
    usage = {"prompt_tokens": len(asked) // 2, "completion_tokens": len(said)}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "c", "object": "chat.completion", "created": int(time.time()), "choices": [choice], "usage": usage}


def embedding(text: str) -> list[float]:
    """A unit vector by feature hashing of character pairs: alike texts lie near each other."""
    vector = [0.0] * DIMENSIONS
    folded = f" {text.lower()} "
    for i in range(len(folded) - 1):
        digest = hashlib.blake2b(folded[i : i + 2].encode("utf-8", "replace"), digest_size=4).digest()
        place = int.from_bytes(digest, "big")
        vector[place % DIMENSIONS] += 1.0 if place & 0x80000000 else -1.0
    norm = math.sqrt(sum(x * x for x in vector)) or 1.0
    return [x / norm for x in vector]


async def start(script: Script, host: str = "127.0.0.1", port: int = 0) -> tuple[asyncio.Server, State, str]:
    """Serves in the running loop. Gives the server, what it sees, and its OpenAI base address."""
    state = State(script)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(state), host, port, backlog=2048)
    bound = server.sockets[0].getsockname()[1]
    return server, state, f"http://{host}:{bound}/v1"


async def _run(script: Script, port: int) -> None:
    server, _, url = await start(script, port=port)
    print(orjson.dumps({"url": url}).decode(), flush=True)
    await server.serve_forever()


def main(
    port: int = 0,
    first_token_ms: float = 20.0,
    rate: float = 200.0,
    tokens: int = 100,
    fault: str = "none",
    after: int = 5,
) -> None:
    """Serves until it is stopped."""
    script = replace(Script(), first_token_ms=first_token_ms, rate=rate, tokens=tokens, after=after).for_request(
        f"@@fault={fault}@@"
    )
    uvloop.run(_run(script, port))


if __name__ == "__main__":
    typer.run(main)
