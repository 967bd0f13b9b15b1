"""What routes and pages share: a room's tools, templates with hashed assets, server-sent events that drain well."""

import asyncio
import signal
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from functools import cache
from types import FrameType
from typing import Any, TypeVar
from urllib.parse import quote

import orjson
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.types import Receive, Scope, Send

from app.kernel.settings import PROJECT_ROOT
from app.kernel.texts import Locale, pick_locale, text

T = TypeVar("T")
FRONTEND = PROJECT_ROOT / "frontend"
SLOWEST_READER_S = 60.0
SSE_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def tool(kind: type[T]) -> Any:
    """A FastAPI dependency giving the one instance of `kind` that wiring built for this process."""

    async def find(request: Request) -> T:
        found: T = request.state.tools[kind]
        return found

    return Depends(find)


def address_of(request: Request) -> str:
    """Whom a request comes from; behind a proxy only as far as the proxy is trusted."""
    return request.client.host if request.client else ""


def page_locale(request: Request) -> Locale:
    """The language of a page: `?lang=`, the `kefu_locale` cookie, Accept-Language, Chinese."""
    wanted = request.query_params.get("lang") or request.cookies.get("kefu_locale")
    return pick_locale(wanted or request.headers.get("accept-language"), "zh-CN")


def as_download(file_name: str) -> str:
    """A Content-Disposition that keeps any name: plain letters for old readers, RFC 6266 for the others."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


@cache
def _manifest() -> dict[str, dict[str, Any]]:
    path = FRONTEND / "dist" / ".vite" / "manifest.json"
    found: dict[str, dict[str, Any]] = orjson.loads(path.read_bytes()) if path.exists() else {}
    return found


def asset(entry: str) -> str:
    """The address of a built entry such as `src/entries/customer.ts`."""
    return f"/static/{_manifest().get(entry, {'file': entry})['file']}"


@cache
def built(entry: str) -> str:
    """The script of a built entry; empty while nothing is built."""
    path = FRONTEND / "dist" / _manifest().get(entry, {"file": ""})["file"]
    return path.read_text("utf-8") if path.is_file() else ""


def styles(entry: str) -> list[str]:
    """The addresses of the style sheets an entry and its shared chunks need, each once.

    Vite names an entry's own first. Here it comes last, so that a page's rules hold over those of the components.
    """
    found: dict[str, None] = {}

    def collect(name: str) -> None:
        part = _manifest().get(name, {})
        for child in part.get("imports", []):
            collect(child)
        own, shared = part.get("css", [])[:1], part.get("css", [])[1:]
        for sheet in (*shared, *own):
            found["/static/" + sheet] = None

    collect(entry)
    return list(found)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FRONTEND / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=asset, styles=styles)
    return environment


def render(request: Request, template: str, page: object, status: int = 200) -> Response:
    """An HTML page from a template and its typed page object, given to the template as `page`."""
    locale = page_locale(request)

    def say(key: str, **values: object) -> str:
        return text(key, locale, **values)

    html = _templates().get_template(template).render(page=page, locale=locale, t=say, request=request)
    response = HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})
    if "lang" in request.query_params:
        response.set_cookie("kefu_locale", locale, max_age=365 * 86400, samesite="lax", httponly=False)
    return response


class Draining:
    """Set once the server is asked to stop, so that endless streams end by themselves and quickly."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self.hang_ups: set[Callable[[], None]] = set()

    def stop(self) -> None:
        """Lets every endless stream end."""
        self.stopping.set()
        for hang_up in list(self.hang_ups):
            hang_up()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Chains onto the server's own signal handlers for as long as the program runs."""
        loop = asyncio.get_running_loop()
        kept: dict[int, Any] = {}

        def note(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.stop)
            before: Callable[[int, FrameType | None], Any] | int | None = kept[number]
            if callable(before):
                before(number, frame)

        try:
            for trapped in (signal.SIGTERM, signal.SIGINT):
                kept[trapped] = signal.getsignal(trapped)
                signal.signal(trapped, note)
        except ValueError:
            kept = {}  # not the main thread: the server runs inside a test
        try:
            yield
        finally:
            self.stop()
            for number, before in kept.items():
                signal.signal(number, before)


def sse(event: str, data: object, event_id: int | None = None) -> bytes:
    """One server-sent event, already encoded."""
    head = b"" if event_id is None else b"id: %d\n" % event_id
    return head + b"event: " + event.encode() + b"\ndata: " + orjson.dumps(data, default=str) + b"\n\n"


BYE = b"event: bye\nretry: 500\ndata: {}\n\n"


STILL_IN, LOOK_AGAIN_S = "still_in", 2.0
StillIn = Callable[[], Awaitable[bool]]


async def until_shut_out(still_in: StillIn) -> None:
    """Ends when whoever reads a stream may not read any more: signed out, disabled, its key revoked."""
    while await still_in():  # noqa: ASYNC110 - what ends it is in the database
        await asyncio.sleep(LOOK_AGAIN_S)


async def _until_stopping(
    source: AsyncGenerator[bytes, None], stopping: asyncio.Event, still_in: StillIn | None
) -> AsyncIterator[bytes]:
    async def over() -> None:
        shut_out = asyncio.ensure_future(until_shut_out(still_in)) if still_in else None
        stopped = asyncio.ensure_future(stopping.wait())
        try:
            await asyncio.wait({one for one in (shut_out, stopped) if one}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (shut_out, stopped):
                if one:
                    one.cancel()

    stop = asyncio.ensure_future(over())
    following: asyncio.Future[bytes] | None = None
    try:
        while True:
            following = asyncio.ensure_future(anext(source))
            await asyncio.wait({following, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                yield BYE
                return
            try:
                yield following.result()
            except StopAsyncIteration:
                return
    finally:
        stop.cancel()
        if following is not None and not following.done():
            following.cancel()  # which ends the source where it waits
        else:
            await source.aclose()


def event_stream(request: Request, source: AsyncGenerator[bytes, None]) -> StreamingResponse:
    """A text/event-stream response that says goodbye and ends when the server is stopping."""
    draining: Draining = request.state.draining
    return StreamingResponse(
        _until_stopping(source, draining.stopping, getattr(request.state, STILL_IN, None)),
        media_type="text/event-stream",
        headers=SSE_HEADERS,
    )


class LiveResponse(Response):
    """A text/event-stream of bytes encoded elsewhere, made for many readers: no task per event.

    `hang_up` must make `chunks` end soon; it is called when the reader leaves, when the server stops,
    and when the reader takes nothing for a minute.
    """

    def __init__(self, draining: Draining, chunks: AsyncGenerator[bytes, None], hang_up: Callable[[], None]):
        super().__init__(media_type="text/event-stream", headers=SSE_HEADERS)
        del self.headers["content-length"]
        self._draining, self._chunks, self._hang_up = draining, chunks, hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends until the chunks end; ends the chunks when nobody listens any more."""
        left = asyncio.ensure_future(self._departure(receive))
        still_in = scope.get("state", {}).get(STILL_IN)
        shut_out = asyncio.ensure_future(self._shut_out(still_in)) if still_in else None
        self._draining.hang_ups.add(self._hang_up)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            if self._draining.stopping.is_set():
                self._hang_up()
            async with aclosing(self._chunks) as chunks:
                async for chunk in chunks:
                    async with asyncio.timeout(SLOWEST_READER_S):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
            rest = BYE if self._draining.stopping.is_set() else b""
            await send({"type": "http.response.body", "body": rest, "more_body": False})
        except (TimeoutError, OSError):
            return  # the reader is gone or asleep; it comes back with Last-Event-ID
        finally:
            self._draining.hang_ups.discard(self._hang_up)
            left.cancel()
            if shut_out:
                shut_out.cancel()
            self._hang_up()

    async def _shut_out(self, still_in: StillIn) -> None:
        await until_shut_out(still_in)
        self._hang_up()

    async def _departure(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._hang_up()
