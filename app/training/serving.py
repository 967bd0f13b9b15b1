"""Brings a run's adapter into the running model server and takes it out again, without a restart."""

from uuid import UUID

from app.accounts import Principal, record_audit
from app.training.domain import Serves, TrainRun, serves_of
from app.training.errors import ModelNotServed, RunNotSucceeded, SoftPromptNotServed
from app.training.runs import adapter_name, get_run
from app.training.tools import TrainingTools


async def serve_adapter(tools: TrainingTools, run_id: UUID, actor: Principal | None) -> str:
    """The name it answers under.

    Raises NotFound, RunNotSucceeded, SoftPromptNotServed, ModelNotServed, AdapterDamaged, AdapterNotServed,
    AdapterUnfit.
    """
    run = await get_run(tools, run_id)
    path, sha256 = _files(run)
    match serves_of(run.settings):
        case Serves.NOTHING:
            raise SoftPromptNotServed
        case Serves.MODEL:
            raise ModelNotServed
    tools.adapters.check(path, sha256)
    await tools.adapters.load(adapter_name(run.id), path)
    await _audit(tools, actor, "adapter.serve", run)
    return adapter_name(run.id)


async def withdraw_adapter(tools: TrainingTools, run_id: UUID, actor: Principal | None) -> None:
    """Raises NotFound, AdapterNotServed."""
    run = await get_run(tools, run_id)
    await tools.adapters.unload(adapter_name(run.id))
    await _audit(tools, actor, "adapter.withdraw", run)


def _files(run: TrainRun) -> tuple[str, str]:
    if run.adapter_path is None or run.adapter_sha256 is None:
        raise RunNotSucceeded
    return run.adapter_path, run.adapter_sha256


async def _audit(tools: TrainingTools, actor: Principal | None, action: str, run: TrainRun) -> None:
    async with tools.database.transaction() as session:
        await record_audit(session, actor, action, str(run.id))
