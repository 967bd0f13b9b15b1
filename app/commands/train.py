"""`kefu train`: builds the next dataset version and fine-tunes on it, here or in whichever worker is quicker."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from app.commands.workplace import with_switchboard
from app.training import (
    DEFAULT_NAME,
    RunSettings,
    RunState,
    TrainingNotSetUp,
    TrainingTools,
    TrainRun,
    build_next_version,
    do_run,
    get_run,
    resume_run,
    start_run,
)
from app.wiring import Switchboard

LOOK_EVERY_S = 1.0
FINAL = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED})
Say = Callable[[str], None]


def train(data_dir: Path | None, dataset_only: bool, dataset_id: UUID | None, settings: RunSettings, say: Say) -> bool:
    """Whether it succeeded. Raises NothingToLearn, TrainingNotSetUp, NotFound."""

    async def work(board: Switchboard) -> bool:
        tools: TrainingTools = board.tools[TrainingTools]
        chosen = dataset_id
        if chosen is None:
            dataset = await build_next_version(tools, DEFAULT_NAME, None)
            say(f"dataset {dataset.name} version {dataset.version}: {dataset.rows} rows, sha256 {dataset.sha256[:12]}")
            chosen = dataset.id
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


def _must_be_ready(tools: TrainingTools) -> None:
    if not tools.trainer.is_ready():
        raise TrainingNotSetUp


async def _do(tools: TrainingTools, run: TrainRun, say: Say) -> bool:
    """Offers this process for the job and follows the run, which a worker may take just as well."""
    say(f"run {run.id}")
    doing = asyncio.create_task(do_run(tools, run.job_id))
    try:
        return _told(await _follow(tools, run.id, say), say)
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
