"""Forgets conversations: their material goes, versions with their words are withdrawn, models that saw them marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.accounts import Principal, record_audit
from app.model_registry import mark_models
from app.training.rollout.store import forget_shadow
from app.training.store import datasets as store
from app.training.teaching.store import forget_texts
from app.training.tools import TrainingTools

MARK = "erased_customer"


@dataclass(frozen=True)
class Erased:
    """What an erasure reached."""

    datasets: tuple[UUID, ...]
    models: tuple[UUID, ...]


async def learnt_from(tools: TrainingTools, conversation_ids: Sequence[UUID]) -> Erased:
    """The versions that hold rows of conversations, and the models that learnt them."""
    async with tools.database.reading() as session:
        versions = await store.versions_with(session, conversation_ids)
        models = await store.models_of(session, [version.id for version in versions])
    return Erased(tuple(version.id for version in versions), tuple(models))


async def withdraw_lessons(
    tools: TrainingTools, conversation_ids: Sequence[UUID], actor: Principal | None, by: str = "system"
) -> Erased:
    """Nothing is learnt from them again, and the files of the versions they were in are deleted; safe to run twice."""
    if not conversation_ids:
        return Erased((), ())
    async with tools.database.transaction() as session:
        await store.add_erasures(session, conversation_ids, actor.name if actor else by)
        versions = await store.versions_with(session, conversation_ids)
        models = await store.models_of(session, [version.id for version in versions])
        await record_audit(
            session,
            actor,
            "training.erase",
            str(conversation_ids[0]),
            conversations=len(conversation_ids),
            datasets=[str(version.id) for version in versions],
            models=[str(model) for model in models],
        )
    await mark_models(tools.models, models, MARK)
    for version in versions:
        await tools.blobs.delete(version.blob_key)
    return Erased(tuple(version.id for version in versions), tuple(models))


async def forget_conversations(
    tools: TrainingTools, conversation_ids: Sequence[UUID], actor: Principal | None
) -> Erased:
    """Withdraws what was learnt from them and deletes their material; safe to run twice."""
    if not conversation_ids:
        return Erased((), ())
    async with tools.database.transaction() as session:
        await store.forget_material(session, conversation_ids)
        await forget_shadow(session, conversation_ids)
        await forget_texts(session, conversation_ids)
    return await withdraw_lessons(tools, conversation_ids, actor)
