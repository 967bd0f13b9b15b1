"""Fetching as a good guest: robots.txt first, no faster than asked, every redirect looked at like a first address."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic

from app.knowledge.feeds.addresses import host_of, joined, origin_of, path_of
from app.knowledge.feeds.errors import FetchFailed
from app.knowledge.feeds.ports import Reply, Wanted
from app.knowledge.feeds.robots import EVERYTHING, LARGEST, NOTHING, Robots, read_robots
from app.knowledge.feeds.tools import FeedTools

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({429, 503})
LONGEST_PAUSE_S = 20.0
MOST_ROBOTS = 500
Takes = Callable[[str, str], bool]


@dataclass(frozen=True)
class Fetched:
    """What an address gave. `reply.url` is where it was found in the end; `unchanged`: 304, so nothing came."""

    reply: Reply
    unchanged: bool = False


class Guest:
    """Fetches for one run; remembers the robots.txt of every site and when each was asked last."""

    def __init__(self, tools: FeedTools):
        self._tools = tools
        self._robots: dict[str, Robots | None] = {}
        self._asked: dict[str, float] = {}

    async def fetch(
        self, address: str, takes: Takes, headers: Mapping[str, str] | None = None, limit_bytes: int | None = None
    ) -> Fetched:
        """headers: validators of what is known already. Raises FetchFailed."""
        wanted = Wanted(address, limit_bytes or self._tools.limit_bytes, takes, headers or {})
        for hop in range(MOST_REDIRECTS + 1):
            robots = await self._robots_of(wanted.url)
            if robots is None:
                raise FetchFailed("fetch_robots_unreachable")
            if not robots.allows(path_of(wanted.url)):
                raise FetchFailed("fetch_robots")
            reply = await self._ask(wanted, robots.delay_s)
            if reply.status in REDIRECTS:
                wanted = replace(wanted, url=_next(reply, hop))
                continue
            return _judged(reply)
        raise FetchFailed("fetch_redirects", most=MOST_REDIRECTS)

    async def _ask(self, wanted: Wanted, delay_s: float) -> Reply:
        """One request in its time; once more after a pause when the server is busy."""
        await self._wait(host_of(wanted.url), delay_s)
        reply = await self._tools.web.get(wanted)
        if reply.status in BUSY:
            pause = reply.headers.get("retry-after", "")
            if pause.isascii() and pause.isdigit() and int(pause) <= LONGEST_PAUSE_S:
                await asyncio.sleep(int(pause))
                reply = await self._tools.web.get(wanted)
        return reply

    async def _wait(self, host: str, delay_s: float) -> None:
        gap = max(delay_s, self._tools.gap_s)
        rest = self._asked.get(host, -gap) + gap - monotonic()
        if rest > 0:
            await asyncio.sleep(rest)
        self._asked[host] = monotonic()

    async def _robots_of(self, address: str) -> Robots | None:
        """What the site asks for; None while that cannot be told, when a good guest stays away (RFC 9309)."""
        origin = origin_of(address)
        if origin not in self._robots:
            if len(self._robots) >= MOST_ROBOTS:
                self._robots.clear()
            self._robots[origin] = await self._read_robots(f"{origin}/robots.txt")
        return self._robots[origin]

    async def _read_robots(self, address: str) -> Robots | None:
        wanted = Wanted(address, LARGEST, lambda _url, _type: True)
        for hop in range(MOST_REDIRECTS + 1):
            try:
                reply = await self._tools.web.get(wanted)
            except FetchFailed as error:
                if error.code == "fetch_too_large":
                    return NOTHING
                # What is wrong with the site itself is better said of the page that was asked for.
                return EVERYTHING if error.code != "fetch_timeout" else None
            if reply.status in REDIRECTS:
                try:
                    wanted = replace(wanted, url=_next(reply, hop))
                except FetchFailed:
                    return EVERYTHING
                continue
            if reply.status == 200:
                return read_robots(reply.data.decode("utf-8", errors="replace"), self._tools.agent)
            return None if reply.status >= 500 or reply.status == 429 else EVERYTHING
        return EVERYTHING


def _next(reply: Reply, hop: int) -> str:
    """Where a redirect leads. Raises FetchFailed."""
    if hop >= MOST_REDIRECTS:
        raise FetchFailed("fetch_redirects", most=MOST_REDIRECTS)
    target = joined(reply.url, reply.headers.get("location", ""))
    if not reply.headers.get("location") or target is None:
        raise FetchFailed("fetch_address_invalid")
    return target


def _judged(reply: Reply) -> Fetched:
    if reply.status == 304:
        return Fetched(reply, unchanged=True)
    if reply.status in (404, 410):
        raise FetchFailed("fetch_gone", status=reply.status)
    if reply.status != 200:
        raise FetchFailed("fetch_status", status=reply.status)
    return Fetched(reply)
