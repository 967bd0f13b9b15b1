"""The workers' Celery application with one more task, whose work waits for a file; for tests with real processes."""

import asyncio
import os
from uuid import UUID

from app.jobs import JobTools, Lease, run_job
from workers.celery_app import celery_app, settings, task
from workers.runtime import run

__all__ = ["celery_app", "wait_for_file"]


async def _work(lease: Lease) -> None:
    (settings.data_dir / f"attempt-{lease.attempt}").write_text(str(os.getpid()))
    while not (settings.data_dir / "go").exists():
        await asyncio.sleep(0.02)


@task("probe.wait_for_file")
def wait_for_file(job_id: str) -> None:
    """Runs until the file `go` is in the data dir."""
    run(lambda tools: run_job(tools(JobTools), UUID(job_id), _work))
