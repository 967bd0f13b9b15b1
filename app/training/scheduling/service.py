"""What happens by itself: every night a dataset version is proposed, every week a run if enough is new; never more."""

from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.clock import now
from app.kernel.errors import AppError
from app.kernel.logging import get_logger
from app.training.collect import DEFAULT_NAME, build_version, list_datasets, newest_of_answers
from app.training.domain import DatasetVersion, RunState, TrainRun
from app.training.errors import NothingToLearn, TrainingNotSetUp
from app.training.estimate import preset_for
from app.training.material.service import collect_replies
from app.training.runs import list_runs, start_run
from app.training.scheduling import store
from app.training.scheduling.domain import Came, Last, Schedule
from app.training.tools import TrainingTools

log = get_logger(__name__)


async def get_schedule(tools: TrainingTools) -> Schedule:
    """What is on, and what came of the last times."""
    async with tools.database.reading() as session:
        return await store.read_schedule(session)


async def change_schedule(
    tools: TrainingTools, nightly: bool, weekly: bool, enough_new: int, author: Principal
) -> Schedule:
    """In force from the next time on."""
    async with tools.database.transaction() as session:
        await store.write_switches(session, nightly, weekly, enough_new, author.name)
        switches = {"nightly": nightly, "weekly": weekly, "enough_new": enough_new}
        await record_audit(session, author, "training.schedule", "1", **switches)
        return await store.read_schedule(session)


async def propose_dataset(tools: TrainingTools) -> DatasetVersion | None:
    """Collects what was reviewed since and builds a version of it; None when it is off or there is nothing to learn."""
    if not (await get_schedule(tools)).nightly:
        return None
    await collect_replies(tools, None)
    known = await newest_of_answers(tools)
    try:
        version = await build_version(tools, DEFAULT_NAME, None)
    except NothingToLearn:
        await _note(tools, "last_night", Came.NOTHING_TO_LEARN)
        return None
    except AppError as refused:
        log.warning("no_dataset_proposed", code=refused.code)
        await _note(tools, "last_night", Came.REFUSED)
        return None
    same = known is not None and known.id == version.id
    await _note(tools, "last_night", Came.UNCHANGED if same else Came.PROPOSED, version.id)
    log.info("dataset_proposed", version=version.version, rows=version.rows, same=same)
    return version


async def start_weekly_run(tools: TrainingTools) -> TrainRun | None:
    """A run on the newest version if enough is new; what comes of it waits for the gate and for a person."""
    schedule = await get_schedule(tools)
    if not schedule.weekly:
        return None
    run, came = await _run_or_reason(tools, schedule.enough_new)
    await _note(tools, "last_week", came, run.id if run else None)
    return run


async def _run_or_reason(tools: TrainingTools, enough_new: int) -> tuple[TrainRun | None, Came]:
    newest = await newest_of_answers(tools)
    if newest is None:
        return None, Came.NO_DATASET
    runs = await list_runs(tools, None, 50)
    if any(run.state in (RunState.QUEUED, RunState.RUNNING) for run in runs):
        return None, Came.BUSY
    learnt = next((run for run in runs if run.state is RunState.SUCCEEDED), None)
    if learnt is not None:
        versions = {one.id: one for one in await list_datasets(tools, None, 100)}
        before = versions[learnt.dataset_id].rows if learnt.dataset_id in versions else 0
        if newest.id == learnt.dataset_id or newest.rows - before < enough_new:
            return None, Came.NOT_ENOUGH
    try:
        base = tools.trainer.describe_base(tools.base_model) if tools.base_model else None
        settings = learnt.settings if learnt else preset_for(base.parameters if base else 0).settings
        return await start_run(tools, newest.id, settings, None), Came.STARTED
    except TrainingNotSetUp:
        return None, Came.NOT_SET_UP
    except AppError as refused:
        log.warning("weekly_run_refused", code=refused.code)
        return None, Came.REFUSED


async def _note(tools: TrainingTools, which: str, came: Came, made: UUID | None = None) -> None:
    async with tools.database.transaction() as session:
        await store.note_last(session, which, Last(now(), came, made))
