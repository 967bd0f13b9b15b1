"""What can be done with a version that passed: shadow, canary, promote, roll back; and the watch over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.clock import now
from app.kernel.logging import get_logger
from app.model_registry import (
    ModelState,
    ModelVersion,
    after_roll_back,
    change_model_state,
    get_model,
    roll_back,
    serving_models,
)
from app.training.errors import AdapterNotServed
from app.training.rollout import store
from app.training.rollout.domain import GuardRules, ShadowAnswer, VersionFigures, broken_rule
from app.training.rollout.serving import bring_up
from app.training.tools import TrainingTools

log = get_logger(__name__)
WATCHED_AFTER_PROMOTION = timedelta(days=1)


@dataclass(frozen=True)
class Move:
    """Where a version goes. share: of questions (shadow) or conversations (canary); reason: why, without the gate."""

    state: ModelState
    share: float = 0.0
    reason: str = ""


async def move(tools: TrainingTools, model_id: UUID, to: Move, actor: Principal) -> ModelVersion:
    """Loads and verifies a version before anybody is sent to it.

    Raises what `change_model_state` and `bring_up` raise.
    """
    version = await get_model(tools.models, model_id)
    if to.state in (ModelState.SHADOW, ModelState.CANARY, ModelState.LIVE):
        await bring_up(tools, version)
    return await change_model_state(tools.models, model_id, to.state, actor, share=to.share, reason=to.reason)


async def take_back(tools: TrainingTools, actor: Principal | None, reason: str = "") -> ModelVersion | None:
    """Rolls back to what answered before; which version that is, None for the server's own model.

    It is loaded before the first question is sent to it. Raises NothingToRollBack and what `bring_up` raises, but
    for a server that is away.
    """
    coming = await after_roll_back(tools.models)
    if coming is not None:
        await _brought(tools, coming)
    return await roll_back(tools.models, actor, reason)


async def _brought(tools: TrainingTools, version: ModelVersion) -> None:
    """A roll-back must not fail for a server that is away: it will be given the adapter when it comes back."""
    try:
        await bring_up(tools, version)
    except AdapterNotServed:
        log.warning("adapter_not_loaded", name=version.name)


async def watch(tools: TrainingTools) -> str | None:
    """Takes a canary, or a version promoted within a day, back when it breaks a rule; which rule. Beat rings it."""
    watched = [
        one
        for one in await serving_models(tools.models)
        if one.state is ModelState.CANARY
        or (one.state is ModelState.LIVE and one.live_at and one.live_at > now() - WATCHED_AFTER_PROMOTION)
    ]
    if not watched:
        return None
    rules = await guard_rules(tools)
    # The canary goes first: rolling back takes it and leaves the live one.
    for version in sorted(watched, key=lambda one: one.state is not ModelState.CANARY):
        since = max(version.changed_at or version.created_at, now() - timedelta(minutes=rules.window_minutes))
        found = {one.model_id: one for one in await tools.figures.since(since)}
        broken = broken_rule(rules, found.get(version.id, VersionFigures(version.id)))
        if broken:
            log.warning("model_rolled_back", model_id=str(version.id), rule=broken)
            await take_back(tools, None, broken)
            return broken
    return None


async def guard_rules(tools: TrainingTools) -> GuardRules:
    """The rules in force."""
    async with tools.database.reading() as session:
        return await store.read_rules(session)


async def change_guard(tools: TrainingTools, rules: GuardRules, author: Principal) -> None:
    """In force at the next look, within seconds."""
    async with tools.database.transaction() as session:
        await store.write_rules(session, rules, author.name)
        await record_audit(session, author, "model.guard_rules", "1", **rules.as_dict())


async def figures_since(tools: TrainingTools, since: datetime) -> Sequence[VersionFigures]:
    """What customers met of each version."""
    return await tools.figures.since(since)


async def shadow_answers(tools: TrainingTools, model_id: UUID, before: UUID | None, limit: int) -> list[ShadowAnswer]:
    """Newest first. Raises ModelVersionNotFound."""
    await get_model(tools.models, model_id)
    async with tools.database.reading() as session:
        return await store.list_shadow(session, model_id, before, limit)


async def shadow_counts(tools: TrainingTools) -> dict[UUID, tuple[int, int, float]]:
    """Of each version: answers, failures, likeness to the live ones."""
    async with tools.database.reading() as session:
        return await store.count_shadow(session)
