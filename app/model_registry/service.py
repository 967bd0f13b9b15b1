"""What the registry can do: register versions, move them through their states, say which model answers now."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.database import Database, Session
from app.model_registry import store
from app.model_registry.domain import ALLOWED, ModelKind, ModelState, ModelVersion, NewModelVersion, lot
from app.model_registry.errors import (
    CanaryTaken,
    GateNotPassed,
    ModelStateConflict,
    ModelVersionNotFound,
    NothingToRollBack,
)
from app.model_registry.ports import ChatModel, ServedModel

FRESH_S = 3.0


@dataclass
class _Remembered:
    """The live version and the canary as last read; asked again after FRESH_S, so that no chat pays for it."""

    live: ModelVersion | None = None
    canary: ModelVersion | None = None
    until: float = 0.0
    known: bool = False
    changes: int = 0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def forget(self) -> None:
        """They are other ones now: what a reading that began before brings home does not count any more."""
        self.until, self.changes = 0.0, self.changes + 1


@dataclass(frozen=True)
class ModelRegistryTools:
    """What the registry works with; `chat` is None when no model server is configured.

    server_at: the model server at another address, for versions that need one of their own.
    """

    database: Database
    chat: ChatModel | None = None
    server_at: Callable[[str], ChatModel] | None = None
    remembered: _Remembered = field(default_factory=_Remembered)

    async def live_chat_model(self, conversation_id: UUID | None = None) -> ServedModel | None:
        """The model a conversation's answers come from; None without a server.

        The live version, else the server's own model; the canary for its share of the conversations, each of which
        stays with the one it has as long as that share does not shrink.
        """
        if self.chat is None:
            return None
        live, canary = await self._serving()
        chosen = live
        if canary is not None and conversation_id is not None and lot(conversation_id, canary.id) < canary.share:
            chosen = canary
        if chosen is None:
            return ServedModel(self.chat)
        return self.served(self.chat, chosen)

    def served(self, chat: ChatModel, version: ModelVersion) -> ServedModel:
        """A version beside the server that has it: its own one, or the one all adapters share."""
        url = version.details.get("server_url")
        server = self.server_at(url) if url and self.server_at else chat
        return ServedModel(server, version.name, str(version.id), version.state.value, version.details)

    async def _serving(self) -> tuple[ModelVersion | None, ModelVersion | None]:
        moment = asyncio.get_running_loop().time()
        if not self.remembered.known:
            async with self.remembered.reading:
                self.remembered.until = moment + FRESH_S
                while not self.remembered.known:
                    await self._read()
        elif moment >= self.remembered.until:
            self.remembered.until = moment + FRESH_S  # set first: the others keep using the old ones meanwhile
            await self._read()
        return self.remembered.live, self.remembered.canary

    async def _read(self) -> None:
        changes = self.remembered.changes
        async with self.database.reading() as session:
            found = await store.find_in_state(session, ModelKind.CHAT, (ModelState.LIVE, ModelState.CANARY))
        if changes != self.remembered.changes:
            return
        by_state = {version.state: version for version in found}
        self.remembered.live = by_state.get(ModelState.LIVE)
        self.remembered.canary = by_state.get(ModelState.CANARY)
        self.remembered.known = True


async def live_chat_model(tools: ModelRegistryTools, conversation_id: UUID | None = None) -> ServedModel | None:
    """The model answers come from now, or None when they are quoted instead of generated."""
    return await tools.live_chat_model(conversation_id)


async def register_model(tools: ModelRegistryTools, new: NewModelVersion, actor: Principal | None) -> ModelVersion:
    """Registers a candidate."""
    async with tools.database.transaction() as session:
        return await register_in(session, new, actor)


async def register_in(session: Session, new: NewModelVersion, actor: Principal | None) -> ModelVersion:
    """The same as part of a caller's transaction, such as the one that ends the run it came of."""
    version = await store.add_version(session, new)
    await record_audit(session, actor, "model.register", str(version.id), name=new.name, kind=new.kind.value)
    return version


ANSWERING = frozenset({ModelState.SHADOW, ModelState.CANARY, ModelState.LIVE})


async def change_model_state(
    tools: ModelRegistryTools,
    version_id: UUID,
    state: ModelState,
    actor: Principal | None,
    *,
    share: float = 0.0,
    reason: str = "",
) -> ModelVersion:
    """Moves a version; making one live retires the one before. share: what a shadow or canary gets.

    A version trained here must have passed the gate, or a reason is given, which the audit keeps. Raises
    ModelVersionNotFound, ModelStateConflict, GateNotPassed, CanaryTaken.
    """
    async with tools.database.transaction() as session:
        version = await store.lock_version(session, version_id)
        if version is None:
            raise ModelVersionNotFound
        if (version.state, version.share) == (state, share):
            return version
        if state not in ALLOWED[version.state]:
            raise ModelStateConflict(before=version.state.value, after=state.value)
        was_answering = version.live_at is not None or version.state in ANSWERING
        if state in ANSWERING and version.run_id and not version.gate_passed and not (reason or was_answering):
            raise GateNotPassed
        if state is ModelState.CANARY:
            others = await store.find_in_state(session, version.kind, (ModelState.CANARY,))
            if any(other.id != version.id for other in others):
                raise CanaryTaken
        retired = await store.retire_live(session, version.kind) if state is ModelState.LIVE else None
        approved = actor.name if actor and state in ANSWERING else ""
        changed = await store.set_state(session, version_id, state, share, approved)
        await record_audit(
            session,
            actor,
            "model.state",
            str(version_id),
            before=version.state.value,
            after=state.value,
            share=share,
            reason=reason,
            retired=str(retired) if retired else None,
        )
    tools.remembered.forget()
    return changed


async def roll_back(tools: ModelRegistryTools, actor: Principal | None, reason: str = "") -> ModelVersion | None:
    """Takes a canary back, or else puts the version that was live before in place of the live one.

    What answers now: the version, or None for the server's own model. Raises NothingToRollBack.
    """
    async with tools.database.transaction() as session:
        taken_back, now_live = await _roll_back_plan(session)
        if taken_back is None:
            raise NothingToRollBack
        await store.set_state(session, taken_back.id, ModelState.RETIRED)
        if now_live is not None and now_live.state is not ModelState.LIVE:
            now_live = await store.set_state(session, now_live.id, ModelState.LIVE, is_back=True)
        await store.add_details(session, taken_back.id, {"rolled_back": reason or "by hand"})
        await record_audit(
            session,
            actor,
            "model.roll_back",
            str(taken_back.id),
            reason=reason,
            answers_now=str(now_live.id) if now_live else None,
        )
    tools.remembered.forget()
    return now_live


async def after_roll_back(tools: ModelRegistryTools) -> ModelVersion | None:
    """What would answer after a roll-back: the version, or None for the server's own model."""
    async with tools.database.reading() as session:
        return (await _roll_back_plan(session))[1]


async def _roll_back_plan(session: Session) -> tuple[ModelVersion | None, ModelVersion | None]:
    """Whom a roll-back takes out of service, and who answers then."""
    found = await store.find_in_state(session, ModelKind.CHAT, (ModelState.LIVE, ModelState.CANARY))
    by_state = {version.state: version for version in found}
    live, canary = by_state.get(ModelState.LIVE), by_state.get(ModelState.CANARY)
    if canary is not None or live is None:
        return canary, live
    return live, await store.find_before(session, ModelKind.CHAT, live)


async def serving_models(tools: ModelRegistryTools) -> list[ModelVersion]:
    """The chat versions that answer now: in the shadow, on a share, or live."""
    async with tools.database.reading() as session:
        return await store.find_in_state(session, ModelKind.CHAT, tuple(ANSWERING))


async def retired_models(tools: ModelRegistryTools, since: datetime, until: datetime) -> list[ModelVersion]:
    """Chat versions retired between two moments and still so."""
    async with tools.database.reading() as session:
        found = await store.find_in_state(session, ModelKind.CHAT, (ModelState.RETIRED,), since=since)
    return [one for one in found if one.changed_at and one.changed_at < until]


async def get_model(tools: ModelRegistryTools, version_id: UUID) -> ModelVersion:
    """Raises ModelVersionNotFound."""
    async with tools.database.reading() as session:
        found = await store.find_version(session, version_id)
    if found is None:
        raise ModelVersionNotFound
    return found


async def note_of_model(tools: ModelRegistryTools, version_id: UUID, **details: Any) -> None:
    """What became known of a version, such as what the gate said."""
    async with tools.database.transaction() as session:
        await store.add_details(session, version_id, details)


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
