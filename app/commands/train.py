"""`kefu train`: builds the next dataset version and fine-tunes on it, here or in whichever worker is quicker."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from app.commands.workplace import with_switchboard
from app.jobs import get_job
from app.training import (
    DEFAULT_NAME,
    NothingToLearn,
    RunSettings,
    RunState,
    TrainingNotSetUp,
    TrainingTools,
    TrainRun,
    do_build,
    do_run,
    get_build,
    get_dataset,
    get_run,
    resume_run,
    start_build,
    start_run,
)
from app.wiring import Switchboard

LOOK_EVERY_S = 1.0
FINAL = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED})
T = TypeVar("T")
Say = Callable[[str], None]


def train(data_dir: Path | None, dataset_only: bool, dataset_id: UUID | None, settings: RunSettings, say: Say) -> bool:
    """Whether it succeeded. Raises NothingToLearn, TrainingNotSetUp, NotFound."""

    async def work(board: Switchboard) -> bool:
        tools: TrainingTools = board.tools[TrainingTools]
        chosen = dataset_id or await _built(tools, say)
        if dataset_only:
            return True
        _must_be_ready(tools)
        return await _do(tools, await start_run(tools, chosen, settings, None), say)

    return with_switchboard(data_dir, work)


def resume(data_dir: Path | None, run_id: UUID, say: Say) -> bool:
    """Goes on with a run that failed or was cancelled; whether it succeeded. Raises NotFound, RunNotCutOff."""

    async def work(board: Switchboard) -> bool:
        tools: TrainingTools = board.tools[TrainingTools]
        _must_be_ready(tools)
        return await _do(tools, await resume_run(tools, run_id, None), say)

    return with_switchboard(data_dir, work)


async def _built(tools: TrainingTools, say: Say) -> UUID:
    """The next version, ordered as the page does: by this process or by a worker. Raises NothingToLearn."""
    build = await start_build(tools, DEFAULT_NAME, None)
    await _beside(do_build(tools, build.job_id), _until_built(tools, build.job_id))
    built = (await get_build(tools, build.id)).dataset_id
    if built is None:
        raise NothingToLearn
    dataset = await get_dataset(tools, built)
    say(f"dataset {dataset.name} version {dataset.version}: {dataset.rows} rows, sha256 {dataset.sha256[:12]}")
    return built


async def _until_built(tools: TrainingTools, job_id: UUID) -> None:
    while True:
        job = await get_job(tools.database, job_id)
        if job.finished_at is not None:
            return
        await asyncio.sleep(LOOK_EVERY_S)


def _must_be_ready(tools: TrainingTools) -> None:
    if not tools.trainer.is_ready():
        raise TrainingNotSetUp


async def _do(tools: TrainingTools, run: TrainRun, say: Say) -> bool:
    """Offers this process for the job and follows the run, which a worker may take just as well."""
    say(f"run {run.id}")
    return _told(await _beside(do_run(tools, run.job_id), _follow(tools, run.id, say)), say)


async def _beside(work: Coroutine[None, None, None], watch: Coroutine[None, None, T]) -> T:
    """Does a job's work while somebody watches its row; what the watch gives."""
    doing = asyncio.create_task(work)
    try:
        return await watch
    finally:
        doing.cancel()
        with suppress(asyncio.CancelledError):
            await doing


async def _follow(tools: TrainingTools, run_id: UUID, say: Say) -> TrainRun:
    """Tells each new step until the run ends, whoever does it."""
    told = -1
    while True:
        run = await get_run(tools, run_id)
        if run.step != told and run.loss is not None:
            told = run.step
            say(f"step {run.step}/{run.total_steps}  loss {run.loss:.4f}  {run.tokens_per_second or 0:,.0f} tokens/s")
        if run.state in FINAL:
            return run
        await asyncio.sleep(LOOK_EVERY_S)


def _told(run: TrainRun, say: Say) -> bool:
    if run.state is not RunState.SUCCEEDED:
        say(f"{run.state.value}: {run.error_code or ''} {run.error_detail or ''}".rstrip())
        return False
    judged = run.evaluation or {}
    say(f"corrected questions answered exactly: {judged.get('exact', 0)} of {judged.get('asked', 0)}")
    say(f"adapter {run.adapter_path}, registered as model {run.model_id}")
    return True
