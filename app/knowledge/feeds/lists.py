"""Opening up what lists addresses: a folder, a sitemap or an index of sitemaps."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath

from app.knowledge.feeds.addresses import joined, url_wanted, wanted
from app.knowledge.feeds.domain import FeedKind, FeedValues
from app.knowledge.feeds.errors import FetchFailed
from app.knowledge.feeds.fetching import Guest
from app.knowledge.feeds.folders import FoundFile
from app.knowledge.feeds.sitemaps import LARGEST, read_sitemap, takes_sitemap
from app.knowledge.feeds.tools import FeedTools
from app.knowledge.file_types import better_format, can_read

MOST_PROBLEMS = 1_000
MOST_FILES = 200_000
MOST_SITEMAPS = 2_000


@dataclass
class Listed:
    """What a list leads to. `problems`: addresses that can be no document, with the code of why."""

    items: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    more: bool = False


def begins_with_list(kind: FeedKind) -> bool:
    """Whether a source's address lists others, instead of being a page itself."""
    return kind in (FeedKind.FOLDER, FeedKind.SITEMAP)


async def open_list(tools: FeedTools, guest: Guest, values: FeedValues, address: str, depth: int) -> Listed:
    """depth: how many lists led here. Raises FetchFailed."""
    if values.kind is FeedKind.FOLDER:
        return await asyncio.to_thread(_folder, tools, values)
    fetched = await guest.fetch(address, takes_sitemap, limit_bytes=LARGEST)
    sitemap = await asyncio.to_thread(read_sitemap, fetched.reply.data)
    found = Listed(more=sitemap.more)
    for link in sitemap.pages:
        page = joined(fetched.reply.url, link)
        if page is None:
            found.problems.append((link[:200], "fetch_address_invalid"))
        elif url_wanted(page, values.include, values.exclude):
            found.items.append(page)
    for link in sitemap.sitemaps:
        nested = joined(fetched.reply.url, link)
        if nested is None:
            found.problems.append((link[:200], "fetch_address_invalid"))
        elif depth >= values.max_depth:
            found.problems.append((nested, "feed_too_deep"))
        else:
            found.lists.append(nested)
    found.more = found.more or len(found.lists) > MOST_SITEMAPS or len(found.problems) > MOST_PROBLEMS
    del found.lists[MOST_SITEMAPS:], found.problems[MOST_PROBLEMS:]
    return found


def _folder(tools: FeedTools, values: FeedValues) -> Listed:
    found = Listed()
    walk: Iterator[FoundFile] = tools.roots.files(tools.roots.folder(values.address), values.max_depth)
    for file in islice(walk, MOST_FILES):
        code = file.code
        if code is None and not wanted(f"/{file.address}", values.include, values.exclude):
            continue
        if code is None and not can_read(file.address):
            code = "document_old_format" if better_format(_extension(file.address)) else "document_unsupported"
        if code is None:
            found.items.append(file.address)
        elif len(found.problems) < MOST_PROBLEMS:
            found.problems.append((file.address, code))
    found.more = next(walk, None) is not None
    return found


def problem_of(code: str, address: str) -> FetchFailed:
    """A problem of a list as an error with its sentence."""
    if not code.startswith("document_"):
        return FetchFailed(code)
    extension = _extension(address)
    return FetchFailed(code, extension=extension[:20] or "?", better=better_format(extension))


def _extension(address: str) -> str:
    return PurePosixPath(address).suffix.lower().lstrip(".")
