"""What happens by itself: every night a dataset version is proposed, every week a run if enough is new; never more."""

from app.kernel.errors import AppError
from app.kernel.logging import get_logger
from app.training.collect import DEFAULT_NAME, build_next_version, list_datasets
from app.training.domain import DatasetVersion, RunState, TrainRun
from app.training.estimate import preset_for
from app.training.material.service import collect_replies
from app.training.runs import list_runs, start_run
from app.training.tools import TrainingTools

log = get_logger(__name__)
ENOUGH_NEW = 20
"""Rows a version must have beyond those of the last run's for the weekly run to be worth its time."""


async def propose_dataset(tools: TrainingTools) -> DatasetVersion | None:
    """Collects what was reviewed since and builds a version of it; None when there is nothing to learn."""
    await collect_replies(tools, None)
    try:
        version = await build_next_version(tools, DEFAULT_NAME, None)
    except AppError as nothing:
        log.info("no_dataset_proposed", code=nothing.code)
        return None
    log.info("dataset_proposed", version=version.version, rows=version.rows)
    return version


async def start_weekly_run(tools: TrainingTools) -> TrainRun | None:
    """A run on the newest version if enough is new; what comes of it waits for the gate and for a person."""
    versions_now = await list_datasets(tools, None, 50)
    newest = next((one for one in versions_now if one.name == DEFAULT_NAME), None)
    if newest is None or tools.base_model is None:
        return None
    runs = await list_runs(tools, None, 50)
    if any(run.state in (RunState.QUEUED, RunState.RUNNING) for run in runs):
        return None
    learnt = next((run for run in runs if run.state is RunState.SUCCEEDED), None)
    if learnt is not None:
        versions = {one.id: one for one in await list_datasets(tools, None, 100)}
        before = versions[learnt.dataset_id].rows if learnt.dataset_id in versions else 0
        if newest.id == learnt.dataset_id or newest.rows - before < ENOUGH_NEW:
            return None
    try:
        base = tools.trainer.describe_base(tools.base_model)
        settings = learnt.settings if learnt else preset_for(base.parameters if base else 0).settings
        return await start_run(tools, newest.id, settings, None)
    except AppError as refused:
        log.warning("weekly_run_refused", code=refused.code)
        return None
