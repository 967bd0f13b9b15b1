"""An OpenAI-compatible server that remembers the prompts it is sent, so that a model can be taught those very ones."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

Messages = list[dict[str, str]]


@contextmanager
def recording(port: int, model: str) -> Iterator[list[Messages]]:
    """Serves on 127.0.0.1 until the block ends; gives the growing list of prompts."""
    heard: list[Messages] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version: ClassVar[str] = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send("application/json", json.dumps({"object": "list", "data": [{"id": model}]}).encode())

        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"])
            chunks = [_chunk({"content": "好的[1]。"}, None), _chunk({}, "stop"), "[DONE]"]
            self._send("text/event-stream", "".join(f"data: {chunk}\n\n" for chunk in chunks).encode())

        def _send(self, content_type: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")  # a kept connection would go on answering for the real server
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _chunk(delta: dict[str, str], finish: str | None) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
