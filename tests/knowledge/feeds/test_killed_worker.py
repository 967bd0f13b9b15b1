"""A real worker killed in the middle of a run: the next one goes on at the very address where it was."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import text

from app.adapters.celery_queue import CeleryQueue
from app.jobs import JobState, JobTools, get_job, re_ring_stuck
from app.kernel.settings import PROJECT_ROOT, Settings, environment
from app.knowledge.feeds import FeedTools
from app.knowledge.feeds.domain import FeedKind
from app.knowledge.feeds.service import start_sync
from tests.fakes.website import Website, page, sitemap
from tests.knowledge.feeds.conftest import ADMIN, Worker, make, told
from tests.serving import settings_for
from tests.waiting import until

COMMAND = ["-m", "celery", "--quiet", "-A", "workers.celery_app", "worker", "-c", "1", "-Q", "default"]
QUIET = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path, site: Website) -> Settings:
    ports = f"80,443,{site.port}"
    return settings_for(database_url, redis_url, tmp_path, sync_allow_nets="127.0.0.0/8", sync_ports=ports)


@contextmanager
def working(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the queue sources are read by; killed at the end if it still lives."""
    with (settings.data_dir / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *COMMAND, *QUIET],
            cwd=PROJECT_ROOT,
            env=environment(settings),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


async def test_a_run_whose_worker_was_killed_is_finished_by_the_next_one(
    settings: Settings, feeds: FeedTools, site: Website, worker: Worker
) -> None:
    assert settings.redis_url is not None
    bell = CeleryQueue(settings.redis_url)
    jobs = JobTools(feeds.database, bell)
    ringing = replace(feeds, documents=replace(feeds.documents, jobs=jobs))
    reached, go = asyncio.Event(), asyncio.Event()

    async def hold(_: web.Request) -> web.Response:
        reached.set()
        await go.wait()
        return web.Response(body=page("第 3 页", "内容 3").encode(), content_type="text/html")

    for n in range(6):
        site.pages[f"/p{n}"] = page(f"第 {n} 页", f"内容 {n}")
    site.pages["/p3"] = hold
    site.pages["/map.xml"] = sitemap(*(site.url(f"/p{n}") for n in range(6)))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"))
    with working(settings) as first:
        run = await start_sync(ringing, feed.id, ADMIN)
        assert run.job_id is not None
        await asyncio.wait_for(reached.wait(), 60)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    middle, _ = await worker.report(feed, run.id)
    assert told(middle) == {"added": 3, "waiting": 3}
    go.set()
    async with feeds.database.transaction() as session:  # what twenty seconds without a heartbeat would do
        await session.execute(text("UPDATE job SET due_at = now() - interval '1 second'"))
    with working(settings):
        await re_ring_stuck(jobs)
        job_id = run.job_id

        async def over() -> bool:
            return (await get_job(feeds.database, job_id)).finished_at is not None

        await until(over, "the end of the run")
    job = await get_job(feeds.database, job_id)
    done, report = await worker.report(feed, run.id)
    assert (job.state, job.attempts) == (JobState.SUCCEEDED, 2)
    assert told(done) == {"added": 6} and len(report) == 6
    assert [len(site.visits(f"/p{n}")) for n in range(6)] == [1, 1, 1, 2, 1, 1]
    assert site.visits("/map.xml") == [200]
    bell.close()
