"""What can be done with sources: make, change, delete, start, look at the report of a run."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import JobEnded, JobStopped, cancel_job, open_job
from app.kernel.clock import now
from app.kernel.database import Session, after_commit
from app.kernel.errors import NotFound
from app.kernel.logging import get_logger
from app.knowledge.feeds.addresses import plain_url
from app.knowledge.feeds.domain import Entry, Feed, FeedKind, FeedValues, Role, Run, RunState, next_run
from app.knowledge.feeds.errors import FeedChanged, FeedRunning
from app.knowledge.feeds.jobs import SYNC_JOB, SYNC_QUEUE
from app.knowledge.feeds.lists import begins_with_list
from app.knowledge.feeds.store import entries, feeds, runs
from app.knowledge.feeds.tools import FeedTools
from app.knowledge.store.documents import base_exists

log = get_logger(__name__)
DUE_AT_ONCE = 20


def checked_address(tools: FeedTools, kind: FeedKind, address: str) -> str:
    """An address as it is kept: a folder below a root, or a web address in its one spelling. Raises FetchFailed."""
    if kind is FeedKind.FOLDER:
        return str(tools.roots.folder(address.strip()))
    return plain_url(address)


async def create_feed(tools: FeedTools, values: FeedValues, actor: Principal) -> Feed:
    """values.address as `checked_address` gives it. Raises NotFound for the base, FeedNameTaken."""
    async with tools.database.transaction() as session:
        if not await base_exists(session, values.base_id):
            raise NotFound
        feed_id = await feeds.add_feed(session, values, actor.name, next_run(values.schedule, now()))
        await record_audit(session, actor, "source.create", str(feed_id), kind=values.kind, address=values.address)
    return await get_feed(tools, feed_id)


async def change_feed(tools: FeedTools, feed_id: UUID, version: int, values: FeedValues, actor: Principal) -> Feed:
    """Raises NotFound, FeedChanged when somebody else was faster, FeedNameTaken."""
    before = await get_feed(tools, feed_id)
    due = before.next_run_at
    if values.schedule is not before.values.schedule:
        due = next_run(values.schedule, now())
    async with tools.database.transaction() as session:
        if not await base_exists(session, values.base_id):
            raise NotFound
        if not await feeds.change_feed(session, feed_id, version, values, due):
            raise FeedChanged
        await record_audit(session, actor, "source.change", str(feed_id), version=version + 1)
    return await get_feed(tools, feed_id)


async def delete_feed(tools: FeedTools, feed_id: UUID, version: int, actor: Principal) -> None:
    """Forgets a source; its documents stay, a run under way is stopped. Raises NotFound, FeedChanged."""
    await get_feed(tools, feed_id)
    async with tools.database.transaction() as session:
        running = await runs.open_run_of(session, feed_id)
        if not await feeds.remove_feed(session, feed_id, version):
            raise FeedChanged
        await record_audit(session, actor, "source.delete", str(feed_id))
        if running is not None and running.job_id is not None:
            after_commit(session, partial(_stop, tools, running.job_id))


async def _stop(tools: FeedTools, job_id: UUID) -> None:
    try:
        await cancel_job(tools.jobs, job_id)
    except JobEnded:
        log.info("sync_had_ended", job_id=str(job_id))


async def start_sync(tools: FeedTools, feed_id: UUID, actor: Principal) -> Run:
    """Opens a run and rings for it. Raises NotFound, FeedRunning with the run that is under way."""
    async with tools.database.transaction() as session:
        values = await feeds.lock_feed(session, feed_id)
        if values is None:
            raise NotFound
        run_id = await _open(session, tools, feed_id, values, by=actor.name)
        if run_id is None:
            other = await runs.open_run_of(session, feed_id)
            extra = {"run_id": str(other.id), "job_id": str(other.job_id)} if other else {}
            raise FeedRunning(extra=extra)
        await record_audit(session, actor, "source.sync", str(feed_id), run_id=str(run_id))
    return await get_run(tools, feed_id, run_id)


async def start_due(tools: FeedTools) -> int:
    """Starts every source whose time has come and that is not being read; safe in several places at once."""
    started = 0
    async with tools.database.transaction() as session:
        for feed_id, values in await feeds.lock_due(session, DUE_AT_ONCE):
            await feeds.set_next_run(session, feed_id, next_run(values.schedule, now()))
            started += await _open(session, tools, feed_id, values, by="") is not None
    if started:
        log.info("sources_started", number=started)
    return started


async def _open(session: Session, tools: FeedTools, feed_id: UUID, values: FeedValues, by: str) -> UUID | None:
    run_id = await runs.open_run(session, feed_id, by_hand=bool(by), by=by)
    if run_id is None:
        return None
    role = Role.LIST if begins_with_list(values.kind) else Role.ITEM
    await entries.add_entries(session, run_id, [values.address], role, 0)
    job_id = await open_job(session, tools.jobs.bell, SYNC_JOB, SYNC_QUEUE, run_id)
    await runs.set_job(session, run_id, job_id)
    return run_id


async def note_stopped_sync(session: Session, stopped: JobStopped) -> None:
    """Listens to the jobs room: a cancelled, failed or given-up job ends its run in the same transaction."""
    if stopped.kind == SYNC_JOB:
        await runs.end_run(session, stopped.subject_id, RunState(stopped.state.value), stopped.code)


async def get_feed(tools: FeedTools, feed_id: UUID) -> Feed:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await feeds.find_feed(session, feed_id)
    if found is None:
        raise NotFound
    return found


async def list_feeds(tools: FeedTools, before: UUID | None, limit: int) -> list[Feed]:
    """Newest first."""
    async with tools.database.reading() as session:
        return await feeds.list_feeds(session, before, limit)


async def get_run(tools: FeedTools, feed_id: UUID, run_id: UUID) -> Run:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await runs.find_run(session, feed_id, run_id)
    if found is None:
        raise NotFound
    return found


async def list_runs(tools: FeedTools, feed_id: UUID, before: UUID | None, limit: int) -> list[Run]:
    """Newest first. Raises NotFound."""
    await get_feed(tools, feed_id)
    async with tools.database.reading() as session:
        return await runs.list_runs(session, feed_id, before, limit)


async def list_entries(
    tools: FeedTools, feed_id: UUID, run_id: UUID, outcomes: Sequence[str], after: int, limit: int
) -> list[Entry]:
    """The report of a run. Raises NotFound."""
    await get_run(tools, feed_id, run_id)
    async with tools.database.reading() as session:
        return await runs.list_entries(session, run_id, outcomes, after, limit)
