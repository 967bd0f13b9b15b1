"""A real Celery worker does what is rung for, and what a killed one left is done again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.adapters.celery_queue import CeleryQueue
from app.jobs import JobRecord, JobState, JobTools, get_job, open_job, re_ring_stuck
from app.kernel.database import Database
from app.kernel.errors import Unavailable
from app.kernel.ids import new_id
from app.kernel.jobs import Job
from app.kernel.settings import PROJECT_ROOT, Settings, environment
from tests.waiting import until

WORKER = ["-m", "celery", "--quiet", "-A", "tests.workers.probe_app", "worker", "-c", "1", "-Q", "default"]


@pytest.fixture
def worker(settings: Settings, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    settings.data_dir.mkdir(exist_ok=True)
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *WORKER, "--without-gossip", "--without-mingle", "--loglevel", "WARNING"],
            cwd=PROJECT_ROOT,
            env=environment(settings),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def tools(database: Database, settings: Settings) -> Iterator[JobTools]:
    assert settings.redis_url is not None
    bell = CeleryQueue(settings.redis_url)
    yield JobTools(database, bell)
    bell.close()


async def opened(tools: JobTools) -> UUID:
    async with tools.database.transaction() as session:
        return await open_job(session, tools.bell, "probe.wait_for_file", "default", new_id())


async def ended(tools: JobTools, job_id: UUID) -> JobRecord:
    async def over() -> bool:
        return (await get_job(tools.database, job_id)).finished_at is not None

    await until(over, "the end of the job")
    return await get_job(tools.database, job_id)


async def begun(settings: Settings, attempt: int) -> int:
    """Waits for an attempt; gives the id of the process that works on it."""
    note = settings.data_dir / f"attempt-{attempt}"

    async def noted() -> bool:
        return note.exists() and note.read_text() != ""

    await until(noted, f"attempt {attempt}")
    return int(note.read_text())


@pytest.mark.usefixtures("worker")
async def test_a_job_is_done_by_the_worker_its_bell_reaches(tools: JobTools, settings: Settings) -> None:
    (settings.data_dir / "go").touch()
    job = await ended(tools, await opened(tools))
    assert (job.state, job.attempts) == (JobState.SUCCEEDED, 1)


@pytest.mark.usefixtures("worker")
async def test_a_job_whose_process_was_killed_is_done_by_the_next_one(tools: JobTools, settings: Settings) -> None:
    job_id = await opened(tools)
    first = await begun(settings, 1)
    os.kill(first, signal.SIGKILL)
    async with tools.database.transaction() as session:  # what twenty seconds without a heartbeat would do
        await session.execute(text("UPDATE job SET due_at = now() - interval '1 second'"))
    (settings.data_dir / "go").touch()
    await re_ring_stuck(tools)
    job = await ended(tools, job_id)
    assert (job.state, job.attempts) == (JobState.SUCCEEDED, 2)
    assert await begun(settings, 2) != first


async def test_a_worker_told_to_quit_is_gone_soon_in_the_middle_of_a_job(
    worker: subprocess.Popen[bytes], tools: JobTools, settings: Settings
) -> None:
    await opened(tools)
    await begun(settings, 1)
    worker.send_signal(signal.SIGQUIT)

    async def gone() -> bool:
        return worker.poll() is not None

    await until(gone, "the worker's end", longest_s=9)


async def test_a_broker_that_is_away_is_told_as_unavailable(tmp_path: Path) -> None:
    bell = CeleryQueue(f"unix://{tmp_path}/nobody.sock?db=0")
    with pytest.raises(Unavailable):
        await bell.ring(Job("probe", "default", new_id()))
    bell.close()
