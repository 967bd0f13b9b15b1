"""Sources on real stores, a real web server of the test's own, and a worker that does what was rung for."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from app.accounts import Principal, Role
from app.adapters.web import AddressRules, SafeWeb
from app.jobs import JobStopped
from app.kernel.ids import new_id
from app.knowledge import DEFAULT_BASE, DocumentTools, ingest_document
from app.knowledge.feeds import FeedTools, FolderRoots, note_stopped_sync, sync_feed
from app.knowledge.feeds.domain import Counts, Entry, Feed, FeedKind, FeedValues, Run
from app.knowledge.feeds.service import checked_address, create_feed, get_run, list_entries, start_sync
from tests.fakes.bell import FakeBell
from tests.fakes.website import Website, serve_website

ADMIN = Principal(new_id(), "staff", "周宁", Role.ADMIN)


@pytest.fixture
async def site() -> AsyncIterator[Website]:
    async with serve_website() as website:
        yield website


@pytest.fixture
def shared_files(tmp_path: Path) -> Path:
    """A folder that may be synchronised."""
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


@pytest.fixture
async def feeds(documents: DocumentTools, site: Website, shared_files: Path) -> AsyncIterator[FeedTools]:
    documents.jobs.announcer.listen(JobStopped, note_stopped_sync)
    web = SafeWeb(AddressRules("127.0.0.0/8", f"80,443,{site.port}"), "KefuBot/1.0", time_s=5)
    yield FeedTools(documents, web, FolderRoots(str(shared_files)), "KefuBot/1.0", limit_mb=1, gap_s=0)
    await web.close()


@dataclass
class Worker:
    """Does jobs as a worker would."""

    tools: FeedTools
    bell: FakeBell

    async def do(self) -> list[UUID]:
        """Everything that was rung for, and what that rings for."""
        done = []
        while self.bell.rung:
            job = self.bell.rung.pop(0)
            if job.name == "sync_source":
                await sync_feed(self.tools, job.subject_id)
            else:
                await ingest_document(self.tools.documents, job.subject_id)
            done.append(job.subject_id)
        return done

    async def sync(self, feed: Feed) -> tuple[Run, dict[str, Entry]]:
        """One run to its end: the run, and its report by address."""
        run = await start_sync(self.tools, feed.id, ADMIN)
        await self.do()
        return await self.report(feed, run.id)

    async def report(self, feed: Feed, run_id: UUID) -> tuple[Run, dict[str, Entry]]:
        """A run with its report."""
        entries = await list_entries(self.tools, feed.id, run_id, (), 0, 100_000)
        return await get_run(self.tools, feed.id, run_id), {entry.address: entry for entry in entries}


@pytest.fixture
def worker(feeds: FeedTools, bell: FakeBell) -> Worker:
    return Worker(feeds, bell)


async def make(tools: FeedTools, kind: FeedKind, address: str, **values: object) -> Feed:
    """A source."""
    kept = checked_address(tools, kind, address)
    shown: dict[str, object] = {"base_id": DEFAULT_BASE, "name": f"{kind} {address}", "kind": kind, "address": kept}
    return await create_feed(tools, FeedValues(**{**shown, **values}), ADMIN)  # type: ignore[arg-type]  # by name


def told(run: Run) -> dict[str, int]:
    """The counts of a run that are not zero."""
    return {name: number for name, number in vars(run.counts).items() if number}


__all__ = ["ADMIN", "Counts", "Worker", "make", "told"]
