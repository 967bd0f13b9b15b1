"""A small real web server on this machine for sources to read: pages by path, and every request remembered."""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def page(title: str, *paragraphs: str, links: tuple[str, ...] = (), head: str = "") -> str:
    """An HTML page."""
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    anchors = "".join(f'<a href="{link}">{link}</a> ' for link in links)
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}{anchors}</body></html>"


def sitemap(*addresses: str) -> str:
    """A sitemap of pages."""
    rows = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def sitemap_index(*addresses: str) -> str:
    """A sitemap of sitemaps."""
    rows = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f"<sitemapindex>{rows}</sitemapindex>"


@dataclass
class Website:
    """`pages`: path to text, bytes or a handler. `asked`: every request as (path, status)."""

    port: int
    pages: dict[str, str | bytes | Handler] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    etags: bool = True

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def visits(self, path: str) -> list[int]:
        """The answers a path gave, in order."""
        return [status for asked, status in self.asked if asked == path]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        found = self.pages.get(request.path_qs, self.pages.get(request.path))
        if found is None:
            response: web.StreamResponse = web.Response(status=404)
        elif callable(found):
            self.asked.append((request.path_qs, 0))
            return await found(request)
        else:
            response = self._plain(request, found)
        self.asked.append((request.path_qs, response.status))
        return response

    def _plain(self, request: web.Request, found: str | bytes) -> web.Response:
        data = found.encode() if isinstance(found, str) else found
        etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        headers = {"ETag": etag} if self.etags else {}
        if self.etags and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        is_xml, is_text = request.path.endswith(".xml"), request.path.endswith(".txt")
        kind = "application/xml" if is_xml else "text/plain" if is_text else "text/html; charset=utf-8"
        return web.Response(body=data, headers={**headers, "Content-Type": kind})


@asynccontextmanager
async def serve_website(host: str = "127.0.0.1") -> AsyncIterator[Website]:
    """Serves until the block ends."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
        listening.bind((host, 0))
        site = Website(listening.getsockname()[1])
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", site.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        try:
            yield site
        finally:
            await runner.cleanup()


@asynccontextmanager
async def serve_raw(speak: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[tuple[int, list[int]]]:
    """A server that says anything; gives its port and the number of bytes each connection took."""
    taken: list[int] = []
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await speak(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            taken.append(1)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], taken
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
