"""Fine-tune runs: opened by staff, done by a worker, ended with a registered adapter or a named reason."""

from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import JobStopped, Lease, cancel_job, finish, get_job, open_job, report_progress, run_job
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.jobs import Job, ring
from app.kernel.logging import get_logger
from app.model_registry import ModelKind, NewModelVersion, find_live_model, register_in
from app.training.collect import get_dataset, read_dataset
from app.training.domain import (
    Began,
    Judged,
    LogLine,
    Made,
    Metric,
    RunSettings,
    RunState,
    Said,
    TrainingOrder,
    TrainRun,
    Validation,
    Verdict,
    serves_of,
)
from app.training.errors import DatasetDamaged, RunNotCutOff, RunNotRunning, TrainingNotSetUp, TrainingRefused
from app.training.ordering import check_order, start_of
from app.training.store import runs as store
from app.training.tools import TrainingTools
from app.training.verdicts import verdict_of

log = get_logger(__name__)
JOB_KIND, QUEUE = "training.fine_tune", "train"


async def start_run(
    tools: TrainingTools, dataset_id: UUID, settings: RunSettings, author: Principal | None
) -> TrainRun:
    """A queued run and its job. Raises NotFound, TrainingNotSetUp, and what is wrong with the base model or order."""
    if tools.base_model is None:
        raise TrainingNotSetUp
    tools.trainer.describe_base(tools.base_model)
    dataset = await get_dataset(tools, dataset_id)
    await check_order(tools, dataset, settings)
    run_id = new_id()
    async with tools.database.transaction() as session:
        job_id = await open_job(session, tools.jobs.bell, JOB_KIND, QUEUE, run_id)
        run = await store.add_run(
            session, run_id, dataset.id, job_id, tools.base_model, settings, author.name if author else "system"
        )
        await record_audit(session, author, "run.start", str(run.id), dataset=str(dataset.id))
    return run


async def resume_run(tools: TrainingTools, run_id: UUID, author: Principal | None) -> TrainRun:
    """A failed, cancelled or paused run goes on from its last whole checkpoint. Raises NotFound, RunNotCutOff."""
    await get_run(tools, run_id)
    async with tools.database.transaction() as session:
        job_id = await open_job(session, tools.jobs.bell, JOB_KIND, QUEUE, run_id)
        run = await store.reopen_run(session, run_id, job_id)
        if run is None:
            raise RunNotCutOff
        await record_audit(session, author, "run.resume", str(run_id))
    return run


async def do_run(tools: TrainingTools, job_id: UUID) -> None:
    """A worker's part: trains under the job's lease, resuming where an earlier attempt was cut off.

    A machine that cannot train leaves the job to one that can.
    """
    if not tools.trainer.is_ready():
        log.warning("training_left_to_others", job_id=str(job_id))
        return

    async def work(lease: Lease) -> None:
        run = await get_run(tools, lease.subject_id)
        try:
            await _train(tools, run, lease)
        except TrainingRefused as refusal:
            log.warning("training_refused", run_id=str(run.id), code=refusal.code, detail=refusal.detail)
            async with tools.database.transaction() as session:
                await store.note(session, run.id, error_detail=refusal.detail[:2_000])
            raise

    with tools.trainer.slot(job_id) as taken_by:
        if taken_by is not None:
            await _wait_for(tools, job_id, taken_by)
            return
        await run_job(tools.jobs, job_id, work)
    await _call_next(tools)


async def _wait_for(tools: TrainingTools, job_id: UUID, other_job: UUID) -> None:
    """One run at a time on a machine: says whom this one waits for, and leaves it in line."""
    run, other = [(await get_job(tools.database, one)).subject_id for one in (job_id, other_job)]
    log.info("training_waits", run_id=str(run), for_run=str(other))
    async with tools.database.transaction() as session:
        await store.note(session, run, waiting_for=other)


async def _call_next(tools: TrainingTools) -> None:
    """Rings for the run that has waited longest."""
    async with tools.database.transaction() as session:
        waiting = await store.next_waiting(session)
        if waiting is not None:
            ring(session, tools.jobs.bell, Job(JOB_KIND, QUEUE, waiting))


async def _train(tools: TrainingTools, run: TrainRun, lease: Lease) -> None:
    try:
        rows = await read_dataset(tools, run.dataset_id)
    except NotFound as missing:
        raise DatasetDamaged("its rows are gone") from missing
    dataset = await get_dataset(tools, run.dataset_id)
    async with tools.database.transaction() as session:
        await store.begin_attempt(session, run.id)
    start = await start_of(tools, run.settings)
    order = TrainingOrder(run.id, run.base_model, rows, dataset.sha256, run.settings, start)
    made: Made | None = None
    total = 0
    # Leaving early must stop the trainer's process, hence aclosing.
    async with aclosing(tools.trainer.fine_tune(order)) as events:
        async for event in events:
            if isinstance(event, Made):
                made = event
                continue
            async with tools.database.transaction() as session:
                await _write_down(session, run.id, event)
            if isinstance(event, Began):
                total = event.total_steps
                await report_progress(tools.database, lease, event.resumed_from, total, "steps")
            elif isinstance(event, Metric):
                await report_progress(tools.database, lease, event.step, total, "steps")
    if made is None:
        raise DatasetDamaged("the trainer ended without an adapter")
    await _register(tools, run, lease, made)


async def _write_down(session: Session, run_id: UUID, event: Began | Metric | Validation | Said | Judged) -> None:
    if isinstance(event, Began):
        await store.forget_metrics_after(session, run_id, event.resumed_from)
        facts = {"rows": event.rows, "skipped_rows": event.skipped_rows, **event.facts}
        resumed = [*(await store.resumes(session, run_id)), *([event.resumed_from] if event.resumed_from else [])]
        await store.add_facts(session, run_id, {**facts, "resumes": resumed})
        await store.note(
            session,
            run_id,
            step=event.resumed_from,
            total_steps=event.total_steps,
            resumed_from=event.resumed_from,
            device=event.device,
        )
    elif isinstance(event, Metric):
        await store.set_metric(session, run_id, event)
    elif isinstance(event, Validation):
        await store.set_validation(session, run_id, event)
    elif isinstance(event, Said):
        await store.add_line(session, run_id, event.text, event.level)
    else:
        evaluation = {"asked": event.asked, "exact": event.exact, "similarity": event.similarity}
        await store.note(session, run_id, evaluation=evaluation)


async def _register(tools: TrainingTools, run: TrainRun, lease: Lease, made: Made) -> None:
    """Checks the files once more, then makes a candidate and ends run and job in one step: whoever cancels meanwhile
    gets all of it or nothing."""
    tools.adapters.check(made.adapter_path, made.sha256)
    run_now = await get_run(tools, run.id)
    live = await find_live_model(tools.models, ModelKind.CHAT)
    new = NewModelVersion(
        kind=ModelKind.CHAT,
        name=adapter_name(run.id),
        base_model=run.base_model,
        adapter_path=made.adapter_path,
        sha256=made.sha256,
        run_id=run.id,
        parent_id=UUID(run.settings.start_from) if run.settings.start_from else live.id if live else None,
        details={
            "dataset_id": str(run.dataset_id),
            "evaluation": dict(run_now.evaluation or {}),
            "rank": run.settings.rank,
            "stage": run.settings.stage,
            "method": run.settings.method,
            "serves": serves_of(run.settings).value,
        },
    )
    async with tools.database.transaction() as session:
        version = await register_in(session, new, None)
        await store.end_run(
            session,
            run.id,
            RunState.SUCCEEDED,
            step=made.step,
            adapter_path=made.adapter_path,
            adapter_sha256=made.sha256,
            model_id=version.id,
        )
        await store.add_facts(session, run.id, {"seconds": made.seconds, **made.facts})
        await finish(session, lease)


def adapter_name(run_id: UUID) -> str:
    """What the model server calls the adapter of a run; the tail of a UUIDv7 is its random part."""
    return f"kefu-{run_id.hex[-12:]}"


async def note_stopped(session: Session, stopped: JobStopped) -> None:
    """Listens to the jobs room: a cancelled, failed or given-up job ends its run in the same transaction."""
    if stopped.kind == JOB_KIND:
        await store.stop_run(session, stopped.subject_id, RunState(stopped.state.value), stopped.code)


async def cancel_run(tools: TrainingTools, run_id: UUID, actor: Principal) -> TrainRun:
    """A waiting run ends at once, a running one after saving a checkpoint. Raises NotFound, JobEnded."""
    run = await get_run(tools, run_id)
    await cancel_job(tools.jobs, run.job_id)
    async with tools.database.transaction() as session:
        await record_audit(session, actor, "run.cancel", str(run_id))
    return await get_run(tools, run_id)


async def pause_run(tools: TrainingTools, run_id: UUID, actor: Principal) -> TrainRun:
    """Saves a checkpoint and gives the machine away until somebody resumes it. Raises NotFound, RunNotRunning."""
    run = await get_run(tools, run_id)
    if run.state not in (RunState.QUEUED, RunState.RUNNING):
        raise RunNotRunning
    async with tools.database.transaction() as session:
        await store.note(session, run_id, wish=RunState.PAUSED.value)
        await record_audit(session, actor, "run.pause", str(run_id))
    await cancel_job(tools.jobs, run.job_id)
    return await get_run(tools, run_id)


async def get_run(tools: TrainingTools, run_id: UUID) -> TrainRun:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find_run(session, run_id)
    if found is None:
        raise NotFound
    return found


async def list_runs(tools: TrainingTools, before: UUID | None, limit: int) -> list[TrainRun]:
    """Newest first, behind `before`."""
    async with tools.database.reading() as session:
        return await store.list_runs(session, before, limit)


@dataclass(frozen=True)
class Curves:
    """Everything a run's page draws, and what it says in words."""

    metrics: list[Metric]
    validations: list[Validation]
    verdict: Verdict


async def curves(tools: TrainingTools, run_id: UUID) -> Curves:
    """Raises NotFound."""
    run = await get_run(tools, run_id)
    async with tools.database.reading() as session:
        metrics = await store.list_metrics(session, run_id)
        validations = await store.list_validations(session, run_id)
    return Curves(metrics, validations, verdict_of(metrics, validations, bool(run.facts.get("stopped_early"))))


async def log_tail(tools: TrainingTools, run_id: UUID, after: int, limit: int) -> list[LogLine]:
    """The last lines of a run's log. Raises NotFound."""
    await get_run(tools, run_id)
    async with tools.database.reading() as session:
        return await store.list_lines(session, run_id, after, limit)


async def list_metrics(tools: TrainingTools, run_id: UUID) -> list[Metric]:
    """The loss curve. Raises NotFound."""
    await get_run(tools, run_id)
    async with tools.database.reading() as session:
        return await store.list_metrics(session, run_id)
