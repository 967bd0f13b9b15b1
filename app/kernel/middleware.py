"""Pure ASGI layers around every request: an id, a body limit before parsing, security headers."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.kernel.ids import new_id
from app.kernel.texts import text

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]


MIB = 1024 * 1024
READ_AWAY_MESSAGES = 1_024  # of at most 64 KiB each


class BodyTooLarge(Exception):
    """More bytes came than this path takes."""


async def _read_away(receive: Receive) -> None:
    """Reads the rest of a refused body, up to a bound: a sender cut off while writing would not see the answer."""
    for _ in range(READ_AWAY_MESSAGES):
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


@dataclass(frozen=True)
class BodyLimit:
    """How large the bodies of some paths may be, and how a larger one is refused; limit_mb in MiB."""

    limit_bytes: int
    code: str = "body_too_large"
    paths: tuple[str, ...] = ()
    ending: str = ""

    def holds(self, path: str) -> bool:
        """Whether it is about this path."""
        return path.startswith(self.paths) and path.endswith(self.ending)

    @property
    def limit_mb(self) -> int:
        """The limit as people are told it."""
        return self.limit_bytes // MIB


def upload_limit(limit_mb: int, code: str, *paths: str, ending: str = "") -> BodyLimit:
    """The limit of paths that take files: a form is a little larger than its file."""
    return BodyLimit(limit_mb * MIB + MIB - 1, code, paths, ending)


class RequestFrame:
    """Gives each request an id, refuses bodies over the limit of their path, and adds the security headers."""

    def __init__(self, app: App, otherwise: BodyLimit, uploads: Sequence[BodyLimit]):
        self.app = app
        self.otherwise = otherwise
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = str(new_id())
        scope["request_id"] = request_id
        limit = next((one for one in self.uploads if one.holds(scope["path"])), self.otherwise)
        started = False
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit.limit_bytes:
                raise BodyTooLarge
            return message

        async def framed_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = list(message.get("headers", []))
                have = {name.lower() for name, _ in headers}
                headers += [(n, v) for n, v in HEADERS if n not in have]
                headers.append((b"x-request-id", request_id.encode()))
                message = {**message, "headers": headers}
            await send(message)

        declared = next((v for n, v in scope["headers"] if n == b"content-length"), b"0")
        try:
            if declared.isdigit() and int(declared) > limit.limit_bytes:
                raise BodyTooLarge
            await self.app(scope, limited_receive, framed_send)
        except BodyTooLarge:
            if not started:
                await _read_away(receive)
                await self._refuse(scope, framed_send, request_id, limit)

    async def _refuse(self, scope: Scope, send: Send, request_id: str, limit: BodyLimit) -> None:
        code = limit.code
        language = next((v.decode("latin-1") for n, v in scope["headers"] if n == b"accept-language"), "zh")
        body = orjson.dumps(
            {
                "type": f"/docs/problems#{code}",
                "title": code.replace("_", " ").capitalize(),
                "status": 413,
                "code": code,
                "detail": text(f"errors.{code}", language, limit_mb=limit.limit_mb),
                "request_id": request_id,
                "limit_bytes": limit.limit_bytes,
            }
        )
        headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})
