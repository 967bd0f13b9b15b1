"""Fine-tune runs: opened by staff, done by a worker, ended with a registered adapter or a named reason."""

from contextlib import aclosing
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import JobStopped, Lease, cancel_job, finish, open_job, report_progress, run_job
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.logging import get_logger
from app.model_registry import ModelKind, NewModelVersion, list_models, register_model
from app.training.collect import get_dataset, read_dataset
from app.training.domain import (
    Began,
    Judged,
    Made,
    Metric,
    RunSettings,
    RunState,
    TrainingOrder,
    TrainRun,
)
from app.training.errors import DatasetDamaged, RunNotCutOff, TrainingNotSetUp, TrainingRefused
from app.training.store import runs as store
from app.training.tools import TrainingTools

log = get_logger(__name__)
JOB_KIND, QUEUE = "training.fine_tune", "train"


async def start_run(
    tools: TrainingTools, dataset_id: UUID, settings: RunSettings, author: Principal | None
) -> TrainRun:
    """A queued run and its job. Raises NotFound, TrainingNotSetUp."""
    if tools.base_model is None:
        raise TrainingNotSetUp
    dataset = await get_dataset(tools, dataset_id)
    run_id = new_id()
    async with tools.database.transaction() as session:
        job_id = await open_job(session, tools.jobs.bell, JOB_KIND, QUEUE, run_id)
        run = await store.add_run(
            session, run_id, dataset.id, job_id, tools.base_model, settings, author.name if author else "system"
        )
        await record_audit(session, author, "run.start", str(run.id), dataset=str(dataset.id))
    return run


async def resume_run(tools: TrainingTools, run_id: UUID, author: Principal | None) -> TrainRun:
    """A failed or cancelled run goes on from its last whole checkpoint. Raises NotFound, RunNotCutOff."""
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

    await run_job(tools.jobs, job_id, work)


async def _train(tools: TrainingTools, run: TrainRun, lease: Lease) -> None:
    try:
        rows = await read_dataset(tools, run.dataset_id)
    except NotFound as missing:
        raise DatasetDamaged("its rows are gone") from missing
    dataset = await get_dataset(tools, run.dataset_id)
    async with tools.database.transaction() as session:
        await store.begin_attempt(session, run.id)
    order = TrainingOrder(run.id, run.base_model, rows, dataset.sha256, run.settings)
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


async def _write_down(session: Session, run_id: UUID, event: Began | Metric | Judged) -> None:
    if isinstance(event, Began):
        await store.forget_metrics_after(session, run_id, event.resumed_from)
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
    else:
        evaluation = {"asked": event.asked, "exact": event.exact, "similarity": event.similarity}
        await store.note(session, run_id, evaluation=evaluation)


async def _register(tools: TrainingTools, run: TrainRun, lease: Lease, made: Made) -> None:
    """Checks the files once more, makes a candidate of the adapter, and ends run and job together."""
    tools.adapters.check(made.adapter_path, made.sha256)
    known = await list_models(tools.models, ModelKind.CHAT, limit=100)
    model_id = next((version.id for version in known if version.run_id == run.id), None)
    if model_id is None:
        run_now = await get_run(tools, run.id)
        new = NewModelVersion(
            kind=ModelKind.CHAT,
            name=adapter_name(run.id),
            base_model=run.base_model,
            adapter_path=made.adapter_path,
            sha256=made.sha256,
            run_id=run.id,
            details={"dataset_id": str(run.dataset_id), "evaluation": dict(run_now.evaluation or {})},
        )
        model_id = (await register_model(tools.models, new, None)).id
    async with tools.database.transaction() as session:
        await store.end_run(
            session,
            run.id,
            RunState.SUCCEEDED,
            step=made.step,
            adapter_path=made.adapter_path,
            adapter_sha256=made.sha256,
            model_id=model_id,
        )
        await finish(session, lease)


def adapter_name(run_id: UUID) -> str:
    """What the model server calls the adapter of a run; the tail of a UUIDv7 is its random part."""
    return f"kefu-{run_id.hex[-12:]}"


async def note_stopped(session: Session, stopped: JobStopped) -> None:
    """Listens to the jobs room: a cancelled, failed or given-up job ends its run in the same transaction."""
    if stopped.kind == JOB_KIND:
        await store.end_run(session, stopped.subject_id, RunState(stopped.state.value), error_code=stopped.code)


async def cancel_run(tools: TrainingTools, run_id: UUID, actor: Principal) -> TrainRun:
    """A waiting run ends at once, a running one after saving a checkpoint. Raises NotFound, JobEnded."""
    run = await get_run(tools, run_id)
    await cancel_job(tools.jobs, run.job_id)
    async with tools.database.transaction() as session:
        await record_audit(session, actor, "run.cancel", str(run_id))
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


async def list_metrics(tools: TrainingTools, run_id: UUID) -> list[Metric]:
    """The loss curve. Raises NotFound."""
    await get_run(tools, run_id)
    async with tools.database.reading() as session:
        return await store.list_metrics(session, run_id)
