"""Trying a source: what a run would find and take, with nothing written, in bounded time."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from app.kernel.errors import AppError
from app.knowledge.feeds.addresses import host_of, takes_document, url_wanted
from app.knowledge.feeds.domain import FeedKind, FeedValues
from app.knowledge.feeds.errors import FetchFailed
from app.knowledge.feeds.fetching import Guest
from app.knowledge.feeds.lists import begins_with_list, open_list, problem_of
from app.knowledge.feeds.page_links import read_page_facts
from app.knowledge.feeds.tools import FeedTools

TIME_S = 15.0
MOST_SHOWN = 200
MOST_LISTS = 5
MOST_FETCHED = 3


@dataclass(frozen=True)
class Tried:
    """One address that was found. `problem`: why it would not be taken; `title`: of those that were looked into."""

    address: str
    problem: AppError | None = None
    title: str = ""


@dataclass
class Preview:
    """What a run would begin with. `more`: there is more than was looked at; `problem`: it cannot begin at all."""

    found: list[Tried] = field(default_factory=list)
    total: int = 0
    more: bool = False
    problem: FetchFailed | None = None


async def preview(tools: FeedTools, values: FeedValues) -> Preview:
    """values.address as `checked_address` gives it. Never raises for what a server does."""
    shown = Preview()
    guest = Guest(tools)
    try:
        async with asyncio.timeout(TIME_S):
            addresses = await _listed(tools, guest, values, shown)
            if addresses and values.kind is not FeedKind.FOLDER:
                await _look_into(guest, values, addresses, shown)
            else:
                shown.found += [Tried(address) for address in addresses]
    except TimeoutError:
        shown.more = True
        if not shown.found:
            shown.problem = FetchFailed("fetch_timeout")
    except FetchFailed as error:
        shown.problem = error
    shown.total = len(shown.found)
    shown.more = shown.more or shown.total > MOST_SHOWN
    del shown.found[MOST_SHOWN:]
    return shown


async def _listed(tools: FeedTools, guest: Guest, values: FeedValues, shown: Preview) -> list[str]:
    """The addresses a run would start with. Raises FetchFailed when the first list cannot be read."""
    if not begins_with_list(values.kind):
        return [values.address]
    found: dict[str, None] = {}
    waiting = deque([(values.address, 0)])
    opened = 0
    while waiting and opened < MOST_LISTS and len(found) < values.max_pages:
        address, depth = waiting.popleft()
        try:
            listed = await open_list(tools, guest, values, address, depth)
        except FetchFailed as error:
            if opened == 0:
                raise
            shown.found.append(Tried(address, error))
            continue
        opened += 1
        found.update(dict.fromkeys(listed.items))
        shown.found += [Tried(one, problem_of(code, one)) for one, code in listed.problems]
        shown.more = shown.more or listed.more
        waiting.extend((nested, depth + 1) for nested in listed.lists)
    shown.more = shown.more or bool(waiting) or len(found) > values.max_pages
    return list(found)[: values.max_pages]


async def _look_into(guest: Guest, values: FeedValues, addresses: list[str], shown: Preview) -> None:
    """Fetches the first few pages: their titles, and for a site where they lead."""
    waiting = deque((address, 0) for address in addresses)
    seen = set(addresses)
    fetched = 0
    while waiting and len(shown.found) < values.max_pages:
        address, depth = waiting.popleft()
        if fetched >= MOST_FETCHED:
            shown.found.append(Tried(address))
            continue
        fetched += 1
        try:
            reply = (await guest.fetch(address, takes_document)).reply
        except AppError as error:
            shown.found.append(Tried(address, error))
            continue
        facts = await asyncio.to_thread(read_page_facts, reply.data, reply.url)
        problem = FetchFailed("fetch_noindex") if facts.noindex else None
        shown.found.append(Tried(address, problem, facts.title))
        if values.kind is FeedKind.SITE and depth < values.max_depth and not facts.nofollow:
            for link in facts.links:
                same = host_of(link) == host_of(values.address)
                if same and link not in seen and url_wanted(link, values.include, values.exclude):
                    seen.add(link)
                    waiting.append((link, depth + 1))
    if values.kind is FeedKind.SITE:
        shown.more = True
