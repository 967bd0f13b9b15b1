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


async def forget_conversations(
    tools: TrainingTools, conversation_ids: Sequence[UUID], actor: Principal | None
) -> Erased:
    """Nothing is learnt from them again; safe to run twice. The files of the versions they were in are deleted."""
    if not conversation_ids:
        return Erased((), ())
    async with tools.database.transaction() as session:
        await store.add_erasures(session, conversation_ids, actor.name if actor else "system")
        await store.forget_material(session, conversation_ids)
        await forget_shadow(session, conversation_ids)
        await forget_texts(session, conversation_ids)
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
