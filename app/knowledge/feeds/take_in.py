"""One address of a run: fetched or opened, compared with what is known, and handed to documents when it is new."""

import asyncio
import hashlib
import io
import os
from dataclasses import dataclass, replace
from typing import BinaryIO
from uuid import UUID

from app.accounts import Principal, Role
from app.kernel.errors import AppError, Unavailable
from app.knowledge.documents import LONGEST_SOURCE, accept_document, get_document
from app.knowledge.feeds.addresses import file_name_of, host_of, takes_document, url_wanted
from app.knowledge.feeds.domain import Ended, Feed, FeedKind, Item, Outcome, Task
from app.knowledge.feeds.errors import FetchFailed
from app.knowledge.feeds.fetching import Guest
from app.knowledge.feeds.page_links import PageFacts, read_page_facts, read_robots_words
from app.knowledge.feeds.store import entries
from app.knowledge.feeds.tools import FeedTools

HTML = frozenset({"text/html", "application/xhtml+xml"})
PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Visit:
    """One run of one source."""

    tools: FeedTools
    feed: Feed
    run_id: UUID
    guest: Guest

    @property
    def actor(self) -> Principal:
        """In whose name documents are taken in: the source's."""
        return Principal(self.feed.id, "source", self.feed.values.name, Role.ADMIN)


@dataclass(frozen=True)
class Seen:
    """How an address ended, what to remember of it, and where it leads."""

    ended: Ended
    item: Item | None = None
    links: tuple[str, ...] = ()


async def look_at(visit: Visit, task: Task) -> Seen:
    """Never raises for what is wrong with one address; Unavailable (of our own stores) passes through."""
    async with visit.tools.database.reading() as session:
        known = await entries.find_item(session, visit.feed.id, task.address)
    try:
        if visit.feed.values.kind is FeedKind.FOLDER:
            return await _file(visit, task, known)
        return await _page(visit, task, known)
    except Unavailable:
        raise
    except AppError as error:
        if error.code in ("fetch_gone", "folder_missing") and known is not None and known.document_id is not None:
            return Seen(Ended(Outcome.GONE, error.code, error.values, known.document_id))
        outcome = Outcome.SKIPPED if error.code in ("fetch_noindex", "fetch_robots") else Outcome.FAILED
        held = known.document_id if known else None
        return Seen(Ended(outcome, error.code, error.values, held))


async def _file(visit: Visit, task: Task, known: Item | None) -> Seen:
    values, roots = visit.feed.values, visit.tools.roots
    folder = await asyncio.to_thread(roots.folder, values.address)
    file = await asyncio.to_thread(roots.open, folder, task.address)
    try:
        mark, sha256 = await asyncio.to_thread(_marks, file, known.etag if known and known.fresh else None)
        item = Item(task.address, known.document_id if known else None, mark, None, sha256)
        if known is not None and known.fresh and sha256 in (None, known.sha256):
            unchanged = Item(task.address, known.document_id, mark, None, known.sha256)
            return Seen(known.unchanged, unchanged)
        source = f"{values.address}/{task.address}"
        if len(source) > LONGEST_SOURCE:
            raise FetchFailed("folder_name")
        return await _accept(visit, item, known, file, task.address, source)
    finally:
        file.close()


def _marks(file: BinaryIO, known_mark: str | None) -> tuple[str, str | None]:
    """When and how large a file is, and its hash unless that mark is known already."""
    info = os.fstat(file.fileno())
    mark = f"{info.st_mtime_ns}-{info.st_size}"
    if mark == known_mark:
        return mark, None
    digest = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
    file.seek(0)
    return mark, digest.hexdigest()


async def _page(visit: Visit, task: Task, known: Item | None) -> Seen:
    validators = {}
    if known is not None and known.fresh:
        if known.etag:
            validators["If-None-Match"] = known.etag
        elif known.last_modified:
            validators["If-Modified-Since"] = known.last_modified
    fetched = await visit.guest.fetch(task.address, takes_document, validators)
    if fetched.unchanged:
        if known is None or not known.fresh:
            raise FetchFailed("fetch_status", status=304)
        return Seen(known.unchanged, known, known.links)
    reply = fetched.reply
    facts = PageFacts()
    if reply.media_type in HTML:
        facts = await asyncio.to_thread(read_page_facts, reply.data, reply.url)
    read_robots_words(reply.headers.get("x-robots-tag", ""), facts)
    links = () if facts.nofollow else tuple(facts.links)
    canonical = facts.canonical or reply.url
    if visit.feed.values.kind is FeedKind.SITE and host_of(reply.url) != host_of(visit.feed.values.address):
        return Seen(Ended(Outcome.SKIPPED, "feed_elsewhere"))
    if facts.noindex:
        return Seen(Ended(Outcome.SKIPPED, "fetch_noindex"), links=links)
    if canonical != task.address and await _is_twin(visit, task, canonical):
        return Seen(Ended(Outcome.SKIPPED, "feed_canonical", {"address": canonical}), links=links)
    item = Item(
        address=task.address,
        document_id=known.document_id if known else None,
        etag=_short(reply.headers.get("etag")),
        last_modified=_short(reply.headers.get("last-modified")),
        sha256=hashlib.sha256(reply.data).hexdigest(),
        canonical=canonical,
        links=links if visit.feed.values.kind is FeedKind.SITE else (),
    )
    if known is not None and known.fresh and known.sha256 == item.sha256:
        return Seen(known.unchanged, item, links)
    name = file_name_of(reply.url, reply.media_type)
    return await _accept(visit, item, known, io.BytesIO(reply.data), name, canonical, links)


async def _is_twin(visit: Visit, task: Task, canonical: str) -> bool:
    """Whether the page that this one stands for is, or was, in the run itself."""
    values = visit.feed.values
    if not url_wanted(canonical, values.include, values.exclude):
        return False
    async with visit.tools.database.reading() as session:
        return await entries.has_another(session, visit.run_id, task.id, canonical)


def _short(validator: str | None) -> str | None:
    return validator if validator and len(validator) <= 500 else None


async def _accept(
    visit: Visit,
    item: Item,
    known: Item | None,
    file: BinaryIO,
    file_name: str,
    source: str,
    links: tuple[str, ...] = (),
) -> Seen:
    accepted = await accept_document(
        visit.tools.documents,
        file_name=file_name,
        data=file,
        base_id=visit.feed.values.base_id,
        source=source,
        actor=visit.actor,
    )
    held = replace(item, document_id=accepted.document_id)
    had = known is not None and known.document_id == accepted.document_id and known.state != "gone"
    outcome = Outcome.CHANGED if had else Outcome.ADDED
    code = None
    if accepted.duplicate and had:
        outcome = Outcome.UNCHANGED
    elif accepted.duplicate:
        outcome, code = await _same(visit, accepted.document_id, source)
    return Seen(Ended(outcome, code, document_id=accepted.document_id), held, links)


async def _same(visit: Visit, document_id: UUID, source: str) -> tuple[Outcome, str | None]:
    """The bytes were here already: taken in by an attempt that was cut off, or the content of another document."""
    document = await get_document(visit.tools.documents, document_id)
    return (Outcome.ADDED, None) if document.source == source else (Outcome.UNCHANGED, "feed_same_content")
