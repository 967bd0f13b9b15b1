"""One request to one address, over aiohttp: the socket itself is only made for an address that passed the rules."""

import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from app.adapters.web.addresses import AddressRules, Refused
from app.knowledge.feeds import FetchFailed, Reply, Wanted

Lookup = Callable[[str, int, socket.AddressFamily], Awaitable[list[ResolveResult]]]
KEPT_HEADERS = ("content-type", "etag", "last-modified", "location", "retry-after", "x-robots-tag")
LONGEST_HEADER = 8_000
MOST_HEADERS = 100
PIECE_BYTES = 64 * 1024
LONGEST_URL = 2_000


class SafeWeb:
    """The port `Web`. One pool of connections for the process; `close` it at the end.

    lookup: how names become addresses, for tests; the system's resolver unless given. time_s: for one whole request.
    """

    def __init__(self, rules: AddressRules, agent: str, *, time_s: float = 60.0, lookup: Lookup | None = None):
        self._rules = rules
        self._agent = agent
        self._time_s = time_s
        self._lookup = lookup
        self._session: aiohttp.ClientSession | None = None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(
                limit=16,
                limit_per_host=4,
                keepalive_timeout=10,
                use_dns_cache=False,
                resolver=CheckedResolver(self._rules, self._lookup),
                socket_factory=self._socket,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                max_line_size=LONGEST_HEADER,
                max_field_size=LONGEST_HEADER,
                max_headers=MOST_HEADERS,
                timeout=aiohttp.ClientTimeout(total=self._time_s, sock_connect=10, sock_read=20),
            )
        return self._session

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """The last gate: aiohttp connects this very socket to info's address, however it came by it."""
        family, kind, protocol, _, address = info
        self._rules.check(str(address[0]))
        made = socket.socket(family=family, type=kind, proto=protocol)
        made.setblocking(False)
        return made

    async def close(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()

    async def get(self, wanted: Wanted) -> Reply:
        """See the port."""
        url = self._checked(wanted.url)
        headers = {**wanted.headers, "User-Agent": self._agent, "Accept": "*/*", "Accept-Encoding": "gzip"}
        try:
            async with self._client().get(url, headers=headers, allow_redirects=False) as answer:
                return await self._read(answer, wanted)
        except Exception as error:
            raise _told(error) from error

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, limit_bytes: int
    ) -> Reply:
        """One request of any method, with its answer whatever the status. Raises FetchFailed, as `get` does."""
        target = self._checked(url)
        sent = {"User-Agent": self._agent, "Accept-Encoding": "gzip", **headers}
        try:
            async with self._client().request(method, target, headers=sent, data=body, allow_redirects=False) as answer:
                told = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
                try:
                    if (answer.content_length or 0) > limit_bytes:
                        raise _too_large(limit_bytes)
                    return Reply(url, answer.status, told, await _body(answer, limit_bytes))
                except BaseException:
                    answer.close()  # never drained: an endless body has no end to wait for
                    raise
        except Exception as error:
            raise _told(error) from error

    def _checked(self, address: str) -> URL:
        """Raises FetchFailed for an address no request may be made of."""
        try:
            url = URL(address)
            host, port = url.host, url.port
        except (ValueError, TypeError):
            raise FetchFailed("fetch_address_invalid") from None
        plain = url.scheme in ("http", "https") and host and url.user is None and url.password is None
        if not plain or len(address) > LONGEST_URL:
            raise FetchFailed("fetch_address_invalid")
        if not self._rules.check_port(port):
            raise FetchFailed("fetch_port_refused", port=str(port))
        return url

    async def _read(self, answer: aiohttp.ClientResponse, wanted: Wanted) -> Reply:
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        reply = Reply(wanted.url, answer.status, headers)
        if answer.status != 200:
            answer.close()  # its body is nothing we want to wait for
            return reply
        try:
            if not wanted.takes(wanted.url, reply.media_type):
                raise FetchFailed("fetch_type_refused", type=reply.media_type[:80] or "?")
            if (answer.content_length or 0) > wanted.limit_bytes:
                raise _too_large(wanted.limit_bytes)
            data = await _body(answer, wanted.limit_bytes)
        except BaseException:
            answer.close()  # never drained: an endless body has no end to wait for
            raise
        return Reply(wanted.url, 200, headers, data)


class CheckedResolver(AbstractResolver):
    """Gives only addresses that may be connected to; a name with none of them is refused."""

    def __init__(self, rules: AddressRules, lookup: Lookup | None):
        self._rules = rules
        self._system: ThreadedResolver | None = None
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises Refused when every address of a name is forbidden, OSError when it has none."""
        if self._lookup is not None:
            found = await self._lookup(host, port, family)
        else:
            self._system = self._system or ThreadedResolver()
            found = await self._system.resolve(host, port, family)
        fit = []
        for result in found:
            try:
                self._rules.check(result["host"])
            except Refused:
                continue
            fit.append(result)
        if not found:
            raise OSError("the name has no address")
        if not fit:
            raise Refused("every address of the name is refused")
        return fit

    async def close(self) -> None:
        """Ends the system's resolver."""
        if self._system is not None:
            await self._system.close()


async def _body(answer: aiohttp.ClientResponse, limit_bytes: int) -> bytes:
    """The body, unpacked piece by piece, so that a bomb is noticed before it is large."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip"):
        raise FetchFailed("fetch_broken")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in coding else None
    whole = bytearray()
    raw = 0
    async for piece in answer.content.iter_chunked(PIECE_BYTES):
        raw += len(piece)
        rest = piece
        while rest:
            whole += unpack.decompress(rest, limit_bytes + 1 - len(whole)) if unpack else rest
            if max(raw, len(whole)) > limit_bytes:
                raise _too_large(limit_bytes)
            rest = unpack.unconsumed_tail if unpack else b""
    if unpack is not None and not unpack.eof:
        raise FetchFailed("fetch_broken")
    return bytes(whole)


def _too_large(limit_bytes: int) -> FetchFailed:
    return FetchFailed("fetch_too_large", limit_mb=max(1, limit_bytes // (1024 * 1024)))


def _told(error: Exception) -> Exception:
    """What went wrong in our words; anything unexpected stays as it is."""
    if isinstance(error, FetchFailed):
        return error
    if _is_refusal(error):
        return FetchFailed("fetch_address_refused")
    if isinstance(error, TimeoutError):
        return FetchFailed("fetch_timeout")
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return FetchFailed("fetch_address_invalid")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchFailed("fetch_name_unknown")
    if isinstance(error, aiohttp.ClientConnectorSSLError | aiohttp.ClientSSLError | ssl.SSLError):
        return FetchFailed("fetch_insecure")
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionError):
        return FetchFailed("fetch_unreachable")
    if isinstance(error, aiohttp.ClientError | zlib.error):
        return FetchFailed("fetch_broken")
    if isinstance(error, OSError):
        return FetchFailed("fetch_unreachable")
    return error


def _is_refusal(error: BaseException | None, depth: int = 0) -> bool:
    """Whether a Refused is anywhere in what aiohttp made of it."""
    if error is None or depth > 8:
        return False
    if isinstance(error, Refused):
        return True
    grouped = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    inner = [error.__cause__, error.__context__, getattr(error, "os_error", None), *grouped]
    return any(_is_refusal(one, depth + 1) for one in inner if isinstance(one, BaseException))
