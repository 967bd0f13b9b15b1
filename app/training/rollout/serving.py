"""Keeps the adapters of answering versions loaded, each verified by its digest, also after the server restarted."""

from datetime import timedelta
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.clock import now
from app.kernel.errors import AppError
from app.kernel.logging import get_logger
from app.model_registry import (
    ModelKind,
    ModelVersion,
    NewModelVersion,
    get_model,
    note_of_model,
    register_model,
    retired_models,
    serving_models,
)
from app.training.domain import Serves
from app.training.errors import AdapterNotServed, ModelNotServed, SoftPromptNotServed
from app.training.tools import TrainingTools

log = get_logger(__name__)


LEFT_ALONE = timedelta(minutes=5)
"""A retired version stays loaded so long: answers of it are under way, and other processes still send to it for some
seconds; taking it away at once would break them, and a roll-back would have to load it again."""

FREED_WITHIN = timedelta(minutes=10)


def is_adapter(version: ModelVersion) -> bool:
    """Whether the version is an adapter the shared server takes."""
    return version.adapter_path is not None and serves_as(version) is Serves.ADAPTER


def serves_as(version: ModelVersion) -> Serves:
    """How a model server takes the version."""
    return Serves(version.details.get("serves", Serves.ADAPTER.value))


async def bring_up(tools: TrainingTools, version: ModelVersion) -> None:
    """Makes a version answer under its name, or sees that it does.

    Raises AdapterDamaged, AdapterNotServed, AdapterUnfit, ModelNotServed, SoftPromptNotServed.
    """
    if version.adapter_path is None or version.sha256 is None:
        return
    tools.adapters.check(version.adapter_path, version.sha256)
    if serves_as(version) is Serves.NOTHING:
        raise SoftPromptNotServed
    if serves_as(version) is Serves.MODEL:
        await _see(tools, version, version.details.get("server_url"))
        return
    served = await tools.adapters.served()
    if served is None or version.name not in served:
        await tools.adapters.load(version.name, version.adapter_path)


async def _see(tools: TrainingTools, version: ModelVersion, url: str | None) -> None:
    """A whole model is started by whoever has the machine for it; it must answer under the version's name."""
    served = await tools.adapters.served(url)
    if served is None or version.name not in served:
        raise ModelNotServed


async def name_server(tools: TrainingTools, model_id: UUID, url: str, actor: Principal) -> ModelVersion:
    """Where a whole model is served. Raises ModelVersionNotFound, ModelNotServed when it does not answer there."""
    version = await get_model(tools.models, model_id)
    await _see(tools, version, url)
    await note_of_model(tools.models, model_id, server_url=url)
    async with tools.database.transaction() as session:
        await record_audit(session, actor, "model.server", str(model_id), url=url)
    return await get_model(tools.models, model_id)


async def register_endpoint(tools: TrainingTools, name: str, url: str, actor: Principal) -> ModelVersion:
    """A model somebody else serves, as a candidate: to be learnt from, or tried. Raises ModelNotServed."""
    served = await tools.adapters.served(url)
    if served is None or name not in served:
        raise ModelNotServed
    details = {"serves": Serves.MODEL.value, "server_url": url}
    return await register_model(tools.models, NewModelVersion(ModelKind.CHAT, name, details=details), actor)


async def keep_served(tools: TrainingTools) -> list[str]:
    """Loads what is missing at the server, and frees what was retired; the names loaded. Beat rings it often."""
    versions = [one for one in await serving_models(tools.models) if is_adapter(one)]
    retired = [one for one in await _retired_lately(tools) if is_adapter(one)]
    if not versions and not retired:
        return []
    served = await tools.adapters.served()
    if served is None:
        return []
    for version in retired:
        if version.name in served:
            await _free(tools, version)
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


async def _retired_lately(tools: TrainingTools) -> list[ModelVersion]:
    """Long enough ago to be freed, and not so long that somebody may have loaded it again, say to judge it."""
    until = now() - LEFT_ALONE
    return await retired_models(tools.models, until - FREED_WITHIN, until)


async def _free(tools: TrainingTools, version: ModelVersion) -> None:
    """Out of the server's memory; what fails now is tried again."""
    try:
        await tools.adapters.unload(version.name)
        log.info("adapter_unloaded", name=version.name)
    except AdapterNotServed:
        log.warning("adapter_not_unloaded", name=version.name)
