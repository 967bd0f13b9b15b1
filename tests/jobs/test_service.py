"""A job is done once, by whoever holds its lease; a dead worker's job is done by another; three tries, then enough."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from app.jobs import (
    JobCancelled,
    JobEnded,
    JobState,
    JobStopped,
    JobTools,
    Lease,
    LeaseLost,
    cancel_job,
    claim,
    fail,
    finish,
    get_job,
    open_job,
    re_ring_stuck,
    report_progress,
    run_job,
)
from app.kernel.database import Database, Session
from app.kernel.errors import NotFound, Unavailable
from app.kernel.events import Announcer
from app.kernel.ids import new_id
from tests.fakes.bell import FakeBell


@pytest.fixture
def bell() -> FakeBell:
    return FakeBell()


@pytest.fixture
def stops() -> list[JobStopped]:
    return []


@pytest.fixture
def tools(database: Database, bell: FakeBell, stops: list[JobStopped]) -> JobTools:
    announcer = Announcer()

    async def note(session: Session, event: JobStopped) -> None:
        stops.append(event)

    announcer.listen(JobStopped, note)
    return JobTools(database, bell, announcer, heartbeat_s=0.02)


OpenJob = Callable[[], Awaitable[UUID]]


@pytest.fixture
def opened(database: Database, bell: FakeBell) -> OpenJob:
    async def open_one() -> UUID:
        async with database.transaction() as session:
            return await open_job(session, bell, "knowledge.ingest_document", "ingest", new_id())

    return open_one


async def lapse(database: Database, job_id: UUID) -> None:
    """What waiting for the lease or the next bell would do."""
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE job SET due_at = now() - interval '1 second' WHERE id = :id"), {"id": job_id}
        )


async def nothing(lease: Lease) -> None:
    """Work that is done at once."""


async def test_a_job_rings_only_after_its_row_is_committed(database: Database, bell: FakeBell) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            await open_job(session, bell, "k", "default", new_id())
            raise ZeroDivisionError
    assert bell.rung == []
    async with database.transaction() as session:
        job_id = await open_job(session, bell, "k", "default", new_id())
        assert bell.rung == []
    assert [(job.name, job.queue, job.subject_id) for job in bell.rung] == [("k", "default", job_id)]


async def test_a_broken_broker_loses_no_job(
    database: Database, bell: FakeBell, tools: JobTools, opened: OpenJob
) -> None:
    bell.broken = True
    job_id = await opened()
    bell.broken = False
    assert await re_ring_stuck(tools) == 0, "its first bell has thirty seconds"
    await lapse(tools.database, job_id)
    assert await re_ring_stuck(tools) == 1
    assert bell.rung[-1].subject_id == job_id
    assert await re_ring_stuck(tools) == 0, "and the next one waits longer"


async def test_of_many_claims_one_wins(database: Database, opened: OpenJob) -> None:
    job_id = await opened()
    leases = await asyncio.gather(*(claim(database, job_id) for _ in range(5)))
    assert [lease is not None for lease in leases].count(True) == 1


async def test_work_done_is_a_job_succeeded_and_a_second_bell_does_nothing(tools: JobTools, opened: OpenJob) -> None:
    job_id = await opened()
    runs: list[Lease] = []

    async def work(lease: Lease) -> None:
        runs.append(lease)
        await report_progress(tools.database, lease, 3, 10, "chunks")

    await run_job(tools, job_id, work)
    await run_job(tools, job_id, work)
    job = await get_job(tools.database, job_id)
    assert len(runs) == 1
    assert (job.state, job.done, job.total, job.unit) == (JobState.SUCCEEDED, 3, 10, "chunks")
    assert job.started_at is not None and job.finished_at is not None and job.started_at <= job.finished_at


async def test_a_dead_workers_job_is_done_by_another_and_the_dead_one_may_not_write(
    tools: JobTools, bell: FakeBell, opened: OpenJob
) -> None:
    job_id = await opened()
    dead = await claim(tools.database, job_id)
    assert dead is not None
    await lapse(tools.database, job_id)
    assert await re_ring_stuck(tools) == 1
    await run_job(tools, job_id, nothing)
    assert (await get_job(tools.database, job_id)).state is JobState.SUCCEEDED
    with pytest.raises(LeaseLost):
        await report_progress(tools.database, dead, 1, 2, "chunks")
    for write in (finish, lambda session, lease: fail(session, lease, "internal_error")):
        with pytest.raises(LeaseLost):
            async with tools.database.transaction() as session:
                await write(session, dead)


async def test_three_deaths_are_enough(tools: JobTools, opened: OpenJob, stops: list[JobStopped]) -> None:
    job_id = await opened()
    for _ in range(3):
        assert await claim(tools.database, job_id) is not None
        await lapse(tools.database, job_id)
        await re_ring_stuck(tools)
    job = await get_job(tools.database, job_id)
    assert (job.state, job.error_code, job.attempts) == (JobState.FAILED, "job_gave_up", 3)
    assert [stop.job_id for stop in stops] == [job_id]
    assert await claim(tools.database, job_id) is None


async def test_a_part_that_is_away_is_tried_again_and_an_expected_failure_is_not(
    tools: JobTools, opened: OpenJob, stops: list[JobStopped]
) -> None:
    async def model_away(lease: Lease) -> None:
        raise Unavailable

    async def missing(lease: Lease) -> None:
        raise NotFound

    retried, failed = await opened(), await opened()
    await run_job(tools, retried, model_away)
    await run_job(tools, failed, missing)
    assert (await get_job(tools.database, retried)).state is JobState.QUEUED
    job = await get_job(tools.database, failed)
    assert (job.state, job.error_code) == (JobState.FAILED, "not_found")
    for _ in range(2):
        await run_job(tools, retried, model_away)
    job = await get_job(tools.database, retried)
    assert (job.state, job.error_code, job.attempts) == (JobState.FAILED, "unavailable", 3)
    assert [stop.code for stop in stops] == ["not_found", "unavailable"]


async def test_a_crash_in_the_work_is_tried_again_and_tells_no_details(tools: JobTools, opened: OpenJob) -> None:
    async def crash(lease: Lease) -> None:
        raise RuntimeError("the customer said something private")

    job_id = await opened()
    for _ in range(3):
        await run_job(tools, job_id, crash)
    job = await get_job(tools.database, job_id)
    assert (job.state, job.error_code, job.error_message) == (JobState.FAILED, "internal_error", None)


async def test_long_work_keeps_its_lease(tools: JobTools, opened: OpenJob) -> None:
    job_id = await opened()

    async def long_work(lease: Lease) -> None:
        before = (await get_job(tools.database, job_id)).updated_at
        while (await get_job(tools.database, job_id)).updated_at == before:
            await asyncio.sleep(0)

    await asyncio.wait_for(run_job(tools, job_id, long_work), 20)
    assert (await get_job(tools.database, job_id)).state is JobState.SUCCEEDED


async def test_running_work_is_interrupted_where_it_waits_when_cancelled(
    tools: JobTools, opened: OpenJob, stops: list[JobStopped]
) -> None:
    job_id = await opened()
    begun, cleaned = asyncio.Event(), asyncio.Event()

    async def endless(lease: Lease) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.set()

    running = asyncio.create_task(run_job(tools, job_id, endless))
    await begun.wait()
    assert (await cancel_job(tools, job_id)).cancel_requested
    await asyncio.wait_for(running, 20)
    assert cleaned.is_set()
    assert (await get_job(tools.database, job_id)).state is JobState.CANCELLED
    assert [stop.state for stop in stops] == [JobState.CANCELLED]


async def test_a_report_tells_the_work_that_it_is_cancelled(tools: JobTools, opened: OpenJob) -> None:
    job_id = await opened()
    lease = await claim(tools.database, job_id)
    assert lease is not None
    await cancel_job(tools, job_id)
    with pytest.raises(JobCancelled):
        await report_progress(tools.database, lease, 1, 2, "chunks")


async def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_cannot_be(tools: JobTools, opened: OpenJob) -> None:
    job_id = await opened()
    assert (await cancel_job(tools, job_id)).state is JobState.CANCELLED
    with pytest.raises(JobEnded):
        await cancel_job(tools, job_id)
    with pytest.raises(NotFound):
        await cancel_job(tools, new_id())
    assert await claim(tools.database, job_id) is None


async def test_a_job_cancelled_while_its_worker_was_dying_ends_cancelled(tools: JobTools, opened: OpenJob) -> None:
    job_id = await opened()
    assert await claim(tools.database, job_id) is not None
    await cancel_job(tools, job_id)
    await lapse(tools.database, job_id)
    assert await re_ring_stuck(tools) == 0
    assert (await get_job(tools.database, job_id)).state is JobState.CANCELLED


async def test_work_may_end_the_job_in_the_transaction_of_its_result(
    tools: JobTools, opened: OpenJob, stops: list[JobStopped]
) -> None:
    async def work(lease: Lease) -> None:
        async with tools.database.transaction() as session:
            await fail(session, lease, "not_found", "page 3")

    job_id = await opened()
    await run_job(tools, job_id, work)
    job = await get_job(tools.database, job_id)
    assert (job.state, job.error_code, job.error_message) == (JobState.FAILED, "not_found", "page 3")
    assert stops == [], "who ends a job knows it"
