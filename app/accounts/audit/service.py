"""Listing the trail, sealing it into a chain of digests, and checking that chain."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import orjson

from app.accounts.audit import store
from app.accounts.audit.store import Entry, Filter
from app.kernel.clock import iso
from app.kernel.database import Database

AT_ONCE = 1_000
UNLIMITED = 50_000


@dataclass(frozen=True)
class Verdict:
    """Whether the chain holds. broken_at: the number of the first link that does not, with its entry's id."""

    entries: int
    broken_at: int | None = None
    entry_id: UUID | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing was changed or taken out."""
        return self.broken_at is None


def digest_of(before: str, number: int, entry: Entry) -> str:
    """SHA-256 over the digest before, the number, and everything the entry says."""
    said = {**vars(entry), "id": str(entry.id), "at": iso(entry.at), "actor_id": str(entry.actor_id or "")}
    return hashlib.sha256(orjson.dumps([before, number, said], option=orjson.OPT_SORT_KEYS)).hexdigest()


async def seal_trail(database: Database) -> int:
    """Adds what was written since to the chain; how many entries. Safe in several places at once."""
    sealed = 0
    while True:
        async with database.transaction() as session:
            if not await store.hold_chain(session):
                return sealed
            number, digest = await store.last_seal(session)
            entries = await store.unsealed(session, AT_ONCE)
            links: list[tuple[int, UUID, str]] = []
            for entry in entries:
                number += 1
                digest = digest_of(digest, number, entry)
                links.append((number, entry.id, digest))
            await store.add_seals(session, links)
        sealed += len(links)
        if len(links) < AT_ONCE:
            return sealed


async def verify_trail(database: Database) -> Verdict:
    """Goes along the whole chain: every link there, every entry as it was sealed."""
    number, digest, checked = 0, "", 0
    while True:
        async with database.reading() as session:
            links = await store.read_chain(session, number, AT_ONCE)
        for found, entry_id, kept, entry in links:
            number += 1
            if found != number or entry is None or digest_of(digest, number, entry) != kept:
                return Verdict(checked, number, entry_id)
            digest, checked = kept, checked + 1
        if len(links) < AT_ONCE:
            return Verdict(checked)


async def list_entries(database: Database, wanted: Filter, before: UUID | None, limit: int) -> list[Entry]:
    """Newest first, behind `before`."""
    async with database.reading() as session:
        return await store.list_entries(session, wanted, before=before, limit=limit)
