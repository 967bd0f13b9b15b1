"""What can be done with jobs: open, do with a lease and a heartbeat, watch, cancel, and re-ring the stuck ones."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from app.jobs import store
from app.jobs.domain import FINAL, HEARTBEAT_S, MAX_ATTEMPTS, JobRecord, JobState, Lease, retry_delay
from app.jobs.errors import JobCancelled, JobEnded, LeaseLost
from app.jobs.events import JobStopped
from app.kernel.database import Database, Session
from app.kernel.errors import AppError, NotFound, Unavailable
from app.kernel.events import Announcer
from app.kernel.jobs import Job, JobQueue, ring
from app.kernel.logging import get_logger
from app.kernel.texts import has_text

log = get_logger(__name__)
Work = Callable[[Lease], Awaitable[None]]


@dataclass(frozen=True)
class JobTools:
    """What the jobs room works with; `bell` tells a worker that a row waits."""

    database: Database
    bell: JobQueue
    announcer: Announcer = field(default_factory=Announcer)
    heartbeat_s: float = HEARTBEAT_S


async def open_job(session: Session, bell: JobQueue, kind: str, queue: str, subject_id: UUID) -> UUID:
    """A queued row, rung after the commit. `kind` is the task's name; the task gets the job's id alone."""
    job_id = await store.add_job(session, kind, queue, subject_id)
    ring(session, bell, Job(name=kind, queue=queue, subject_id=job_id))
    return job_id


async def get_job(database: Database, job_id: UUID) -> JobRecord:
    """Raises NotFound."""
    async with database.reading() as session:
        found = await store.find_job(session, job_id)
    if found is None:
        raise NotFound
    return found


async def list_jobs(
    database: Database,
    *,
    states: Sequence[JobState] = (),
    kind: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[JobRecord]:
    """Newest first, behind `before`."""
    async with database.reading() as session:
        return await store.list_jobs(session, states=states, kind=kind, before=before, limit=limit)


async def claim(database: Database, job_id: UUID) -> Lease | None:
    """The right to do a job now; None when it is over, cancelled, or someone else is at it."""
    async with database.transaction() as session:
        return await store.take(session, job_id)


async def report_progress(database: Database, lease: Lease, done: int, total: int, unit: str) -> None:
    """Tell how far it is, which also shows life. Raises JobCancelled, LeaseLost."""
    async with database.transaction() as session:
        seen = await store.extend(session, lease, done=done, total=total, unit=unit)
    _check(seen)


async def heartbeat(database: Database, lease: Lease) -> None:
    """Show life. Raises JobCancelled, LeaseLost."""
    async with database.transaction() as session:
        seen = await store.extend(session, lease)
    _check(seen)


def _check(seen: JobRecord | None) -> None:
    if seen is None:
        raise LeaseLost
    if seen.cancel_requested:
        raise JobCancelled


async def finish(session: Session, lease: Lease) -> None:
    """Succeeded, in the transaction that makes the result visible. Raises LeaseLost, which rolls it back."""
    if not await store.end(session, lease, JobState.SUCCEEDED):
        raise LeaseLost


async def fail(session: Session, lease: Lease, code: str, message: str | None = None) -> None:
    """Failed for good; `code` has a sentence in the texts. Raises LeaseLost."""
    if not await store.end(session, lease, JobState.FAILED, code, message):
        raise LeaseLost


async def run_job(tools: JobTools, job_id: UUID, work: Work) -> None:
    """Do a job under a lease that is kept alive; runs twice safely, since only one attempt holds the lease.

    An AppError of `work` fails the job with its code; Unavailable and anything unexpected is tried again, three
    times in all. `work` may call `finish` itself, in the transaction of its result.
    """
    lease = await claim(tools.database, job_id)
    if lease is None:
        log.info("job_not_taken", job_id=str(job_id))
        return
    try:
        async with _kept_alive(tools, lease):
            await work(lease)
        await _end(tools, lease, JobState.SUCCEEDED)
    except LeaseLost:
        log.warning("job_lease_lost", job_id=str(job_id), kind=lease.kind)
    except JobCancelled:
        await _end(tools, lease, JobState.CANCELLED)
    except Unavailable as error:
        await _retry_or_fail(tools, lease, error.code)
    except AppError as error:
        await _end(tools, lease, JobState.FAILED, error.code)
    except Exception as error:
        log.error("job_crashed", job_id=str(job_id), kind=lease.kind, error=type(error).__name__, exc_info=error)
        await _retry_or_fail(tools, lease, "internal_error")


@asynccontextmanager
async def _kept_alive(tools: JobTools, lease: Lease) -> AsyncIterator[None]:
    """Beats while the body runs; a lost lease or a wish to cancel interrupts the body where it waits."""
    body = asyncio.current_task()
    assert body is not None
    interruption: list[AppError] = []

    async def beat() -> None:
        while True:
            await asyncio.sleep(tools.heartbeat_s)
            try:
                await heartbeat(tools.database, lease)
            except (JobCancelled, LeaseLost) as error:
                if await _is_over(tools.database, lease.job_id):
                    return  # the work has just ended the job itself
                interruption.append(error)
                body.cancel()
                return
            except Exception as error:
                # The database is away for a moment: the lease lasts several beats.
                log.warning("heartbeat_missed", job_id=str(lease.job_id), error=type(error).__name__)

    beating = asyncio.create_task(beat())
    try:
        yield
    except asyncio.CancelledError:
        if not interruption:
            raise
        body.uncancel()
        raise interruption[0] from None
    finally:
        beating.cancel()
        await asyncio.wait({beating})


async def _is_over(database: Database, job_id: UUID) -> bool:
    async with database.reading() as session:
        job = await store.find_job(session, job_id)
    return job is not None and job.state in FINAL


async def _end(tools: JobTools, lease: Lease, state: JobState, code: str | None = None) -> None:
    """Does nothing when the work has ended the job itself, or lost it."""
    async with tools.database.transaction() as session:
        ended = await store.end(session, lease, state, code)
        if ended is not None and state is not JobState.SUCCEEDED:
            await _announce_stop(session, tools, ended)
    log.info("job_ended", job_id=str(lease.job_id), kind=lease.kind, state=state.value, code=code)


async def _announce_stop(session: Session, tools: JobTools, job: JobRecord) -> None:
    await tools.announcer.announce(session, JobStopped(job.id, job.kind, job.subject_id, job.state, job.error_code))


async def _retry_or_fail(tools: JobTools, lease: Lease, code: str) -> None:
    if lease.attempt >= MAX_ATTEMPTS:
        await _end(tools, lease, JobState.FAILED, code)
        return
    async with tools.database.transaction() as session:
        await store.put_back(session, lease, retry_delay(lease.attempt), code)


async def cancel_job(tools: JobTools, job_id: UUID) -> JobRecord:
    """A waiting job ends at once, a running one at its next sign of life. Raises NotFound, JobEnded."""
    async with tools.database.transaction() as session:
        if waiting := await store.cancel_waiting(session, job_id):
            await _announce_stop(session, tools, waiting)
            return waiting
        if running := await store.ask_to_stop(session, job_id):
            return running
        if await store.find_job(session, job_id) is None:
            raise NotFound
        raise JobEnded


async def re_ring_stuck(tools: JobTools) -> int:
    """Ring for every row that nobody took or whose worker died; returns how many. Safe in several places at once."""
    async with tools.database.transaction() as session:
        swept = await store.sweep(session)
        for job in swept.to_ring:
            ring(session, tools.bell, Job(name=job.kind, queue=job.queue, subject_id=job.id))
        for job in swept.closed:
            await _announce_stop(session, tools, job)
    if swept.to_ring or swept.closed:
        log.info("jobs_swept", rung=len(swept.to_ring), closed=len(swept.closed))
    return len(swept.to_ring)


def error_text_key(job: JobRecord) -> str | None:
    """The text that explains why a job failed, if it did."""
    if job.error_code is None or job.state is not JobState.FAILED:
        return None
    key = f"errors.{job.error_code}"
    return key if has_text(key) else "errors.internal_error"
