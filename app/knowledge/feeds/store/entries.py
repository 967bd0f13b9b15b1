"""SQL of a run's addresses and of what is remembered of them between runs."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from app.kernel.clock import now
from app.kernel.database import Session
from app.knowledge.document_errors import UNREADABLE_CODES
from app.knowledge.feeds.domain import Ended, Item, Outcome, Role, Task
from app.knowledge.feeds.tables import FeedEntryRow, FeedItemRow, FeedRow
from app.knowledge.tables import DocumentRow, DocumentVersionRow

AT_ONCE = 1_000
HOPELESS = frozenset(UNREADABLE_CODES) - {"parse_timeout", "parser_crashed"}
"""Reasons for which the same bytes are not tried again."""


async def add_entries(
    session: Session, run_id: UUID, addresses: Iterable[str], role: Role, depth: int, ended: Ended | None = None
) -> int:
    """Addresses to look at (or that ended already), each once in a run; returns how many were new."""
    shared: dict[str, Any] = {
        "run_id": run_id,
        "role": role.value,
        "depth": depth,
        "values": ended.values if ended else {},
    }
    if ended is not None:
        shared |= {"outcome": ended.outcome.value, "code": ended.code, "document_id": ended.document_id, "at": now()}
    rows = [{**shared, "address": address} for address in dict.fromkeys(addresses)]
    added = 0
    for at in range(0, len(rows), AT_ONCE):
        statement = insert(FeedEntryRow).values(rows[at : at + AT_ONCE]).on_conflict_do_nothing()
        found = await session.execute(statement.returning(FeedEntryRow.id))
        added += len(found.all())
    return added


async def not_yet_in(session: Session, run_id: UUID, addresses: Iterable[str]) -> list[str]:
    """Those of the addresses that the run does not have, each once, in their order."""
    wanted = list(dict.fromkeys(addresses))
    had: set[str] = set()
    for at in range(0, len(wanted), AT_ONCE):
        statement = select(FeedEntryRow.address).where(
            FeedEntryRow.run_id == run_id, FeedEntryRow.address.in_(wanted[at : at + AT_ONCE])
        )
        had.update(await session.scalars(statement))
    return [address for address in wanted if address not in had]


async def next_task(session: Session, run_id: UUID) -> Task | None:
    """What is to be looked at next: lists before items, then in the order they were found."""
    entry = FeedEntryRow
    statement = (
        select(entry.id, entry.address, entry.role, entry.depth)
        .where(entry.run_id == run_id, entry.outcome.is_(None))
        .order_by((entry.role == Role.LIST.value).desc(), entry.id)
        .limit(1)
    )
    found = (await session.execute(statement)).one_or_none()
    return None if found is None else Task(found[0], found[1], Role(found[2]), found[3])


async def count_items(session: Session, run_id: UUID) -> int:
    """How many things a run takes in or has taken in."""
    entry = FeedEntryRow
    statement = select(func.count()).where(
        entry.run_id == run_id,
        entry.role == Role.ITEM.value,
        or_(entry.outcome.is_(None), entry.outcome != Outcome.SKIPPED.value),
    )
    return (await session.execute(statement)).scalar_one()


async def end_entry(session: Session, entry_id: int, ended: Ended, canonical: str | None = None) -> bool:
    """How one address ended; False when the run is gone."""
    statement = (
        update(FeedEntryRow)
        .where(FeedEntryRow.id == entry_id)
        .values(
            outcome=ended.outcome.value,
            code=ended.code,
            values=ended.values,
            document_id=ended.document_id,
            canonical=canonical,
            at=now(),
        )
    )
    return bool((await session.execute(statement)).rowcount)  # type: ignore[attr-defined]  # every update has it


async def outcome_of(session: Session, run_id: UUID, address: str) -> str | None:
    """How one address of a run ended."""
    statement = select(FeedEntryRow.outcome).where(FeedEntryRow.run_id == run_id, FeedEntryRow.address == address)
    outcome: str | None = await session.scalar(statement)
    return outcome


async def has_another(session: Session, run_id: UUID, entry_id: int, canonical: str) -> bool:
    """Whether another address of the run is, or stood for, this canonical one."""
    entry = FeedEntryRow
    statement = select(
        exists().where(
            entry.run_id == run_id,
            entry.id != entry_id,
            or_(entry.address == canonical, entry.canonical == canonical),
            or_(entry.outcome.is_(None), entry.outcome.in_(("added", "changed", "unchanged"))),
        )
    )
    return bool((await session.execute(statement)).scalar_one())


async def find_item(session: Session, feed_id: UUID, address: str) -> Item | None:
    """What is known of an address. It is fresh when its document's newest bytes are those that were taken from it."""
    newest = aliased(DocumentVersionRow)
    later = aliased(DocumentVersionRow)
    item = FeedItemRow
    statement = (
        select(
            item.address, item.document_id, item.etag, item.last_modified, item.sha256, item.canonical,
            item.links, item.state, newest.sha256, DocumentRow.status, DocumentRow.deleted_at,
            DocumentRow.error_code, DocumentRow.error_values,
        )
        .outerjoin(DocumentRow, DocumentRow.id == item.document_id)
        .outerjoin(newest, newest.document_id == DocumentRow.id)
        .where(
            item.feed_id == feed_id,
            item.address == address,
            ~exists().where(later.document_id == newest.document_id, later.number > newest.number),
        )
    )  # fmt: skip
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        return None
    known, (bytes_now, status, deleted_at, code, code_values) = found[:8], found[8:]
    trouble = code if status == "failed" and code in HOPELESS else None
    readable = status != "failed" or trouble is not None
    fresh = known[4] is not None and bytes_now == known[4] and readable and deleted_at is None
    links = tuple(known[6]) if known[6] is not None else ()
    return Item(*known[:6], links=links, state=known[7], fresh=fresh, trouble=trouble, trouble_values=code_values or {})


async def keep_item(session: Session, feed_id: UUID, item: Item) -> None:
    """Remembers an address for the next run; nothing when its source was deleted meanwhile."""
    values: dict[str, Any] = {
        "document_id": item.document_id,
        "etag": item.etag,
        "last_modified": item.last_modified,
        "sha256": item.sha256,
        "canonical": item.canonical,
        "links": list(item.links),
        "state": item.state,
        "seen_at": now(),
    }
    statement = insert(FeedItemRow).values(feed_id=feed_id, address=item.address, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["feed_id", "address"], set_=values))


async def list_missing(session: Session, feed_id: UUID, run_id: UUID, only_told: bool) -> list[Item]:
    """Addresses that had a document and answered in this run that they are gone, or were not in it.

    only_told: leave out the latter, since the run did not see the whole source.
    """
    item, entry = FeedItemRow, FeedEntryRow
    met = exists().where(entry.run_id == run_id, entry.address == item.address)
    told = met.where(entry.outcome == Outcome.GONE.value)
    statement = (
        select(item.address, item.document_id, item.etag, item.last_modified, item.sha256, item.canonical)
        .where(item.feed_id == feed_id, item.state == "present", item.document_id.is_not(None))
        .where(told if only_told else or_(told, ~met))
        .order_by(item.address)
    )
    return [Item(*found) for found in await session.execute(statement)]


async def count_present(session: Session, feed_id: UUID) -> int:
    """How many addresses of a source hold a document."""
    statement = select(func.count()).where(
        FeedItemRow.feed_id == feed_id, FeedItemRow.state == "present", FeedItemRow.document_id.is_not(None)
    )
    return (await session.execute(statement)).scalar_one()


async def held_elsewhere(session: Session, feed_id: UUID, address: str, document_id: UUID) -> bool:
    """Whether another present address, of this or another source, holds the same document."""
    item = FeedItemRow
    same = (item.feed_id == feed_id) & (item.address == address)
    statement = select(exists().where(item.document_id == document_id, item.state == "present", ~same))
    return bool((await session.execute(statement)).scalar_one())


async def leave_item(session: Session, feed_id: UUID, run_id: UUID, item: Item, state: str, ended: Ended) -> None:
    """An address whose original is gone: remembered as such, and one line of the report."""
    where = (FeedItemRow.feed_id == feed_id) & (FeedItemRow.address == item.address)
    document_id = item.document_id if state == "missing" else None
    await session.execute(update(FeedItemRow).where(where).values(state=state, document_id=document_id))
    values = {
        "outcome": ended.outcome.value,
        "code": ended.code,
        "values": ended.values,
        "document_id": document_id,
        "at": now(),
    }
    statement = insert(FeedEntryRow).values(
        run_id=run_id, address=item.address, role=Role.ITEM.value, depth=0, **values
    )
    await session.execute(statement.on_conflict_do_update(index_elements=["run_id", "address"], set_=values))


async def shown_addresses(session: Session, document_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Where documents were fetched from, as readers may know it: web addresses of sources that show theirs."""
    item, feed = FeedItemRow, FeedRow
    address = func.coalesce(item.canonical, item.address)
    statement = (
        select(item.document_id, func.min(address))
        .join(feed, feed.id == item.feed_id)
        .where(
            item.document_id.in_(document_ids),
            feed.show_address.is_(True),
            feed.kind != literal_column("'folder'"),
            or_(address.startswith("http://"), address.startswith("https://")),
        )
        .group_by(item.document_id)
    )
    return {document_id: found for document_id, found in await session.execute(statement) if document_id}


async def add_tags(session: Session, document_id: UUID, tags: Sequence[str]) -> None:
    """Gives a document the tags it does not have yet."""
    document = DocumentRow
    statement = select(document.tags).where(document.id == document_id).with_for_update()
    had: list[str] | None = await session.scalar(statement)
    if had is not None:
        both = list(dict.fromkeys([*had, *tags]))
        await session.execute(update(document).where(document.id == document_id).values(tags=both))
