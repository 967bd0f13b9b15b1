"""What the registry can do: register versions, move them through their states, say which model answers now."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.database import Database
from app.model_registry import store
from app.model_registry.domain import ALLOWED, ModelKind, ModelState, ModelVersion, NewModelVersion
from app.model_registry.errors import ModelStateConflict, ModelVersionNotFound
from app.model_registry.ports import ChatModel, ServedModel

FRESH_S = 3.0


@dataclass
class _Remembered:
    """The live version as last read; asked again after FRESH_S, so that no chat pays for it."""

    version: ModelVersion | None = None
    until: float = 0.0


@dataclass(frozen=True)
class ModelRegistryTools:
    """What the registry works with; `chat` is None when no model server is configured."""

    database: Database
    chat: ChatModel | None = None
    remembered: _Remembered = field(default_factory=_Remembered)

    async def live_chat_model(self) -> ServedModel | None:
        """The model answers come from: the live version, else the server's own model; None without a server."""
        if self.chat is None:
            return None
        version = await self._live_version()
        if version is None:
            return ServedModel(self.chat)
        return ServedModel(self.chat, version.name, str(version.id), version.state.value, version.details)

    async def _live_version(self) -> ModelVersion | None:
        now = asyncio.get_running_loop().time()
        if now >= self.remembered.until:
            self.remembered.until = now + FRESH_S  # set first: the others keep using the old one meanwhile
            async with self.database.reading() as session:
                self.remembered.version = await store.find_live(session, ModelKind.CHAT)
        return self.remembered.version


async def live_chat_model(tools: ModelRegistryTools) -> ServedModel | None:
    """The model answers come from now, or None when they are quoted instead of generated."""
    return await tools.live_chat_model()


async def register_model(tools: ModelRegistryTools, new: NewModelVersion, actor: Principal | None) -> ModelVersion:
    """Registers a candidate."""
    async with tools.database.transaction() as session:
        version = await store.add_version(session, new)
        await record_audit(session, actor, "model.register", str(version.id), name=new.name, kind=new.kind.value)
    return version


async def change_model_state(
    tools: ModelRegistryTools, version_id: UUID, state: ModelState, actor: Principal | None
) -> ModelVersion:
    """Moves a version; making one live retires the one before. Raises ModelVersionNotFound, ModelStateConflict."""
    async with tools.database.transaction() as session:
        version = await store.lock_version(session, version_id)
        if version is None:
            raise ModelVersionNotFound
        if version.state is state:
            return version
        if state not in ALLOWED[version.state]:
            raise ModelStateConflict(before=version.state.value, after=state.value)
        retired = await store.retire_live(session, version.kind) if state is ModelState.LIVE else None
        changed = await store.set_state(session, version_id, state)
        await record_audit(
            session,
            actor,
            "model.state",
            str(version_id),
            before=version.state.value,
            after=state.value,
            retired=str(retired) if retired else None,
        )
    tools.remembered.until = 0.0
    return changed


async def list_models(
    tools: ModelRegistryTools, kind: ModelKind | None = None, before: UUID | None = None, limit: int = 50
) -> Sequence[ModelVersion]:
    """Registered versions, newest first."""
    async with tools.database.reading() as session:
        return await store.list_versions(session, kind, before, limit)


async def find_live_model(tools: ModelRegistryTools, kind: ModelKind) -> ModelVersion | None:
    """The live version of a kind, straight from the table."""
    async with tools.database.reading() as session:
        return await store.find_live(session, kind)


async def mark_models(tools: ModelRegistryTools, version_ids: Sequence[UUID], mark: str) -> None:
    """Says of versions what everybody who uses them should know, such as that they learnt from an erased customer."""
    if version_ids:
        async with tools.database.transaction() as session:
            await store.add_mark(session, version_ids, mark)
