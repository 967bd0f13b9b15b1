"""Keeps the adapters of answering versions loaded, each verified by its digest, also after the server restarted."""

from app.kernel.errors import AppError
from app.kernel.logging import get_logger
from app.model_registry import ModelVersion, serving_models
from app.training.tools import TrainingTools

log = get_logger(__name__)


async def bring_up(tools: TrainingTools, version: ModelVersion) -> None:
    """Makes a version answer under its name. Raises AdapterDamaged, AdapterNotServed."""
    if version.adapter_path is None or version.sha256 is None:
        return
    tools.adapters.check(version.adapter_path, version.sha256)
    served = await tools.adapters.served()
    if served is None or version.name not in served:
        await tools.adapters.load(version.name, version.adapter_path)


async def keep_served(tools: TrainingTools) -> list[str]:
    """Loads what is missing at the server; which names. Beat rings it often, and it does nothing most times."""
    versions = [one for one in await serving_models(tools.models) if one.adapter_path]
    if not versions:
        return []
    served = await tools.adapters.served()
    if served is None:
        return []
    loaded = []
    for version in versions:
        if version.name in served:
            continue
        try:
            await bring_up(tools, version)
            loaded.append(version.name)
            log.info("adapter_loaded_again", name=version.name)
        except AppError as refused:
            log.warning("adapter_not_loaded", name=version.name, code=refused.code)
    return loaded
