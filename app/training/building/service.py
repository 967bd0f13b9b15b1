"""Opens a build of the next dataset version, does it under a job's lease, and tells what came of it."""

import asyncio
from collections.abc import Callable, Coroutine
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import Lease, finish, open_job, report_progress, run_job
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.training.building import store
from app.training.building.store import Build
from app.training.collect import DOCUMENTS, build_documents_version, build_version
from app.training.datasets.build import STEPS
from app.training.domain import DatasetVersion
from app.training.tools import TrainingTools

JOB_KIND, QUEUE, UNIT = "training.build", "default", "steps"
LOOK_EVERY_S = 1.0


async def start_build(tools: TrainingTools, name: str, author: Principal | None) -> Build:
    """A queued order for the next version of a name."""
    build_id = new_id()
    async with tools.database.transaction() as session:
        job_id = await open_job(session, tools.jobs.bell, JOB_KIND, QUEUE, build_id)
        build = await store.add_build(session, build_id, name, job_id, author.name if author else "system")
        await record_audit(session, author, "dataset.order", str(build_id), name=name)
    return build


async def do_build(tools: TrainingTools, job_id: UUID) -> None:
    """A worker's part; fails with `nothing_to_learn` when nothing was reviewed. Twice gives the same version."""

    async def work(lease: Lease) -> None:
        build = await get_build(tools, lease.subject_id)
        done = 0

        def tell(steps: int) -> None:
            nonlocal done
            done = steps

        building = asyncio.create_task(_built(tools, build, tell))
        try:
            while not building.done():
                await asyncio.wait({building}, timeout=LOOK_EVERY_S)
                await report_progress(tools.database, lease, done, STEPS, UNIT)
        finally:
            building.cancel()
        version = await building
        async with tools.database.transaction() as session:
            await store.set_dataset(session, build.id, version.id)
            await finish(session, lease)

    await run_job(tools.jobs, job_id, work)


def _built(tools: TrainingTools, build: Build, tell: Callable[[int], None]) -> Coroutine[None, None, DatasetVersion]:
    """Documents' own text has steps of its own; every other name is of reviewed answers."""
    if build.name == DOCUMENTS:
        return build_documents_version(tools, build.created_by, tell)
    return build_version(tools, build.name, None, build.created_by, tell)


async def get_build(tools: TrainingTools, build_id: UUID) -> Build:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find_build(session, build_id)
    if found is None:
        raise NotFound
    return found
