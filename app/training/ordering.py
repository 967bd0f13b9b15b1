"""What must fit before a run is queued: rows for its stage, a machine for its method, the version it goes on from."""

from uuid import UUID

from app.kernel.errors import AppError
from app.model_registry import ModelVersion, get_model
from app.training.domain import COMPRESSIONS, DatasetVersion, Method, RunSettings, Serves, Source, Split, Stage
from app.training.errors import MethodNeedsGpu, NothingForStage, StartUnfit
from app.training.tools import TrainingTools

ADAPTERS = frozenset({Method.LORA.value, Method.QLORA.value})


def learnable(dataset: DatasetVersion, stage: Stage) -> int:
    """How many rows of a version a stage learns from, as its manifest says."""
    manifest = dataset.manifest
    texts = int(manifest.get("by_source", {}).get(Source.DOCUMENT.value, 0))
    if stage is Stage.DPO:
        return int(manifest.get("pairs", {}).get(Split.TRAIN.value, 0))
    if stage is Stage.PRETRAIN:
        return texts
    return dataset.rows - texts


async def check_order(tools: TrainingTools, dataset: DatasetVersion, settings: RunSettings) -> None:
    """Raises NothingForStage, MethodNeedsGpu, StartUnfit."""
    stage = Stage(settings.stage)
    if stage not in COMPRESSIONS and not learnable(dataset, stage):
        raise NothingForStage(f"{dataset.name} v{dataset.version} has no row for the stage {stage.value}")
    lack = await tools.trainer.lacks(settings.method) or await tools.trainer.lacks(stage.value)
    if lack:
        raise MethodNeedsGpu(lack)
    await start_of(tools, settings)


async def compression_of(tools: TrainingTools, model_id: UUID, stage: Stage) -> tuple[UUID, RunSettings]:
    """The dataset a version learnt, which also judges what becomes of it, and the settings. Raises StartUnfit."""
    version = await get_model(tools.models, model_id)
    dataset_id = version.details.get("dataset_id")
    if not dataset_id:
        raise StartUnfit(f"{version.name} was not made here")
    return UUID(dataset_id), RunSettings(stage=stage.value, start_from=str(model_id))


async def start_of(tools: TrainingTools, settings: RunSettings) -> str | None:
    """The checked folder of the adapter a run goes on from; None for a fresh one. Raises StartUnfit, AdapterDamaged."""
    if not settings.start_from:
        return None
    try:
        version = await get_model(tools.models, UUID(settings.start_from))
    except (ValueError, AppError) as missing:
        raise StartUnfit(f"there is no version {settings.start_from}") from missing
    if not version.adapter_path or not version.sha256:
        raise StartUnfit(f"{version.name} has no files here")
    _fits(tools, version, settings)
    tools.adapters.check(version.adapter_path, version.sha256)
    return version.adapter_path


def _fits(tools: TrainingTools, version: ModelVersion, settings: RunSettings) -> None:
    """An adapter can be learnt further by its own method on its own base only; a soft prompt can't be merged."""
    serves = version.details.get("serves", Serves.ADAPTER.value)
    if Stage(settings.stage) in COMPRESSIONS and serves == Serves.MODEL.value:
        if settings.stage == Stage.MERGE.value:
            raise StartUnfit(f"{version.name} is whole already")
        return
    if version.base_model != tools.base_model:
        raise StartUnfit(f"{version.name} is no adapter of {tools.base_model}")
    if settings.method not in ADAPTERS or version.details.get("method", Method.LORA.value) not in ADAPTERS:
        raise StartUnfit(f"{version.name} was made by {version.details.get('method')}; only LoRA is learnt further")
