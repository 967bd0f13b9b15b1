"""Gathers what has been reviewed into the next dataset version."""

from uuid import UUID

from app.accounts import Principal, record_audit
from app.feedback import CorrectionState, RatedAnswer, list_corrections, list_liked_answers
from app.kernel.errors import NotFound
from app.training import store
from app.training.datasets import build_dataset, lessons_from
from app.training.domain import DatasetVersion
from app.training.tools import TrainingTools

DEFAULT_NAME = "corrections"
MOST_KEPT = 500


async def build_next_version(tools: TrainingTools, name: str, author: Principal | None) -> DatasetVersion:
    """A new version, or the present one when nothing has changed. Raises NothingToLearn."""
    corrections = await list_corrections(tools.feedback.database, state=CorrectionState.ACCEPTED)
    kept: list[RatedAnswer] = await list_liked_answers(tools.feedback, MOST_KEPT)
    built = build_dataset(lessons_from(corrections, await tools.curated.faqs(), kept, tools.form), name)
    key = f"datasets/{built.sha256}.jsonl"
    await tools.blobs.put(key, built.data)
    async with tools.database.transaction() as session:
        version = await store.add_dataset(session, name, built, key, author.name if author else "system")
        await record_audit(
            session, author, "dataset.build", str(version.id), version=version.version, rows=version.rows
        )
    return version


async def get_dataset(tools: TrainingTools, dataset_id: UUID) -> DatasetVersion:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find_dataset(session, dataset_id)
    if found is None:
        raise NotFound
    return found


async def list_datasets(tools: TrainingTools, before: UUID | None, limit: int) -> list[DatasetVersion]:
    """Newest first, behind `before`."""
    async with tools.database.reading() as session:
        return await store.list_datasets(session, before, limit)


async def read_dataset(tools: TrainingTools, dataset_id: UUID) -> bytes:
    """The rows as JSONL. Raises NotFound."""
    dataset = await get_dataset(tools, dataset_id)
    try:
        return await tools.blobs.get(dataset.blob_key)
    except FileNotFoundError:
        raise NotFound from None
