"""Reading a source: every address once, each on its own, resumed where a killed worker left it, then what is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from uuid import UUID

from app.jobs import JobCancelled, Lease, fail, finish, open_job, report_progress, run_job
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.logging import get_logger
from app.knowledge.documents import delete_document
from app.knowledge.feeds.addresses import host_of, url_wanted
from app.knowledge.feeds.domain import Counts, Ended, FeedKind, Item, Outcome, Role, RunState, Task, WhenMissing
from app.knowledge.feeds.errors import FeedFoundNothing, FeedUnreachable, FetchFailed
from app.knowledge.feeds.fetching import Guest
from app.knowledge.feeds.jobs import SYNC_JOB, SYNC_QUEUE
from app.knowledge.feeds.lists import Listed, begins_with_list, open_list, problem_of
from app.knowledge.feeds.store import entries, feeds, runs
from app.knowledge.feeds.take_in import Seen, Visit, look_at
from app.knowledge.feeds.tools import FeedTools

log = get_logger(__name__)
UNIT = "pages"
TAKEN = frozenset({Outcome.ADDED.value, Outcome.CHANGED.value, Outcome.UNCHANGED.value})
PASSED_OVER = frozenset({"document_unsupported", "document_old_format", "feed_too_deep"})
MANY = 10
"""From so many documents on, more than half of them gone at once looks like a fault and is only marked."""


@dataclass
class _Tally:
    """Addresses that ended and that wait, kept in memory so that a report costs no counting."""

    done: int
    waiting: int


async def sync_feed(tools: FeedTools, job_id: UUID) -> None:
    """The job. Runs twice safely; what is wrong with one address never stops the others."""
    await run_job(tools.jobs, job_id, partial(_sync, tools))


async def _sync(tools: FeedTools, lease: Lease) -> None:
    visit, counts = await _begin(tools, lease)
    if visit is None:
        log.info("sync_has_nothing_to_do", run_id=str(lease.subject_id))
        return
    tally = _Tally(counts.done, counts.waiting)
    until = monotonic() + tools.turn_s
    while (task := await _next(visit)) is not None:
        if task.role is Role.LIST:
            await _open_up(visit, task, tally)
        else:
            await _take_in(visit, task, tally)
        await report_progress(tools.database, lease, tally.done, tally.done + tally.waiting, UNIT)
        if monotonic() >= until and await _next(visit) is not None:
            await _hand_on(visit, lease)
            return
    await _finish(visit, lease)


async def _hand_on(visit: Visit, lease: Lease) -> None:
    """Ends this turn: the rest of the run is another job, behind those that wait, so that no site keeps a worker."""
    jobs = visit.tools.jobs
    async with visit.tools.database.transaction() as session:
        job_id = await open_job(session, jobs.bell, SYNC_JOB, SYNC_QUEUE, visit.run_id)
        await runs.set_job(session, visit.run_id, job_id)
        await finish(session, lease)


async def _begin(tools: FeedTools, lease: Lease) -> tuple[Visit | None, Counts]:
    async with tools.database.transaction() as session:
        run = await runs.begin_run(session, lease.subject_id)
        feed = await feeds.find_feed(session, run.feed_id) if run else None
    if run is None or feed is None:
        return None, Counts()
    return Visit(tools, feed, run.id, Guest(tools)), run.counts


async def _next(visit: Visit) -> Task | None:
    async with visit.tools.database.reading() as session:
        return await entries.next_task(session, visit.run_id)


async def _open_up(visit: Visit, task: Task, tally: _Tally) -> None:
    """One list: what it leads to and that it was opened are written down together."""
    values = visit.feed.values
    try:
        listed = await open_list(visit.tools, visit.guest, values, task.address, task.depth)
    except FetchFailed as error:
        async with visit.tools.database.transaction() as session:
            await _end(session, task, Seen(Ended(Outcome.FAILED, error.code, error.values)))
            await runs.note_run(session, visit.run_id, complete=False)
        tally.done += 1
        return
    async with visit.tools.database.transaction() as session:
        more = await _add_items(session, visit, listed.items, task.depth, tally)
        await entries.add_entries(session, visit.run_id, listed.lists, Role.LIST, task.depth + 1)
        tally.done += await _add_problems(session, visit, listed, task.depth)
        cut = any(code == "feed_too_deep" for _, code in listed.problems)
        await runs.note_run(session, visit.run_id, capped=more or listed.more, complete=not cut)
        await _end(session, task, Seen(Ended(Outcome.UNCHANGED)))


async def _add_items(session: Session, visit: Visit, addresses: Sequence[str], depth: int, tally: _Tally) -> bool:
    """Adds as many as the source may take; True when there were more."""
    new = await entries.not_yet_in(session, visit.run_id, addresses)
    room = max(visit.feed.values.max_pages - await entries.count_items(session, visit.run_id), 0)
    tally.waiting += await entries.add_entries(session, visit.run_id, new[:room], Role.ITEM, depth)
    return len(new) > room


async def _add_problems(session: Session, visit: Visit, listed: Listed, depth: int) -> int:
    added = 0
    for address, code in listed.problems:
        outcome = (
            Outcome.SKIPPED
            if code in ("document_unsupported", "document_old_format", "feed_too_deep")
            else Outcome.FAILED
        )
        ended = Ended(outcome, code, problem_of(code, address).values)
        added += await entries.add_entries(session, visit.run_id, [address], Role.ITEM, depth, ended)
    return added


async def _take_in(visit: Visit, task: Task, tally: _Tally) -> None:
    seen = await look_at(visit, task)
    values = visit.feed.values
    async with visit.tools.database.transaction() as session:
        if values.kind is FeedKind.SITE and seen.links and task.depth < values.max_depth:
            links = [link for link in seen.links if _follows(visit, link)]
            more = await _add_items(session, visit, links, task.depth + 1, tally)
            await runs.note_run(session, visit.run_id, capped=more)
        await _end(session, task, seen)
        if seen.item is not None:
            await entries.keep_item(session, visit.feed.id, seen.item)
        if seen.ended.outcome is Outcome.ADDED and seen.ended.document_id and values.tags:
            await entries.add_tags(session, seen.ended.document_id, values.tags)
    tally.done, tally.waiting = tally.done + 1, max(tally.waiting - 1, 0)


def _follows(visit: Visit, link: str) -> bool:
    values = visit.feed.values
    return host_of(link) == host_of(values.address) and url_wanted(link, values.include, values.exclude)


async def _end(session: Session, task: Task, seen: Seen) -> None:
    """Raises JobCancelled when the source, and with it the run, was deleted meanwhile."""
    canonical = seen.item.canonical if seen.item else None
    if not await entries.end_entry(session, task.id, seen.ended, canonical):
        raise JobCancelled


async def _finish(visit: Visit, lease: Lease) -> None:
    database = visit.tools.database
    async with database.reading() as session:
        run = await runs.find_run(session, visit.feed.id, visit.run_id)
        present = await entries.count_present(session, visit.feed.id)
        if run is None:
            raise JobCancelled
        partly = run.capped or not run.complete
        missing = await entries.list_missing(session, visit.feed.id, visit.run_id, only_told=partly)
    code = await _fault(visit, present, len(missing))
    if code is not None:
        async with database.transaction() as session:
            await runs.end_run(session, visit.run_id, RunState.FAILED, code)
            await fail(session, lease, code)
        return
    many = len(missing) >= MANY and len(missing) * 2 > present
    for item in missing:
        await _leave(visit, item, many)
    async with database.transaction() as session:
        await runs.end_run(session, visit.run_id, RunState.SUCCEEDED)
        await finish(session, lease)
    log.info("source_synced", feed_id=str(visit.feed.id), run_id=str(visit.run_id), items=run.counts.done)


async def _fault(visit: Visit, present: int, missing: int) -> str | None:
    """Why a run counts as failed as a whole: its first address could not be read, or everything seems gone."""
    kind = visit.feed.values.kind
    async with visit.tools.database.reading() as session:
        first = await entries.outcome_of(session, visit.run_id, visit.feed.values.address)
    if first == Outcome.FAILED.value or (kind is FeedKind.SITE and first not in TAKEN):
        return FeedUnreachable.code
    if begins_with_list(kind) and present > 0 and missing == present:
        return FeedFoundNothing.code
    return None


async def _leave(visit: Visit, item: Item, many: bool) -> None:
    """What the source says shall become of a document whose original is gone."""
    policy = visit.feed.values.when_missing
    state, code = "missing", "feed_kept"
    if policy is WhenMissing.MARK or many:
        code = "feed_many_gone" if many else "feed_marked"
    elif policy is WhenMissing.DELETE:
        state, code = "gone", "feed_deleted"
        await _delete(visit, item)
    async with visit.tools.database.transaction() as session:
        ended = Ended(Outcome.GONE, code)
        await entries.leave_item(session, visit.feed.id, visit.run_id, item, state, ended)


async def _delete(visit: Visit, item: Item) -> None:
    assert item.document_id is not None, "list_missing gives only those with a document"
    async with visit.tools.database.reading() as session:
        if await entries.held_elsewhere(session, visit.feed.id, item.address, item.document_id):
            return
    try:
        await delete_document(visit.tools.documents, item.document_id, visit.actor)
    except NotFound:
        log.info("document_was_deleted", document_id=str(item.document_id))
