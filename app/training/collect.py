"""Gathers what has been reviewed into the next dataset version, shows it beforehand, and reads versions back."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.accounts import Principal, record_audit
from app.feedback import (
    Correction,
    CorrectionState,
    RatedAnswer,
    list_corrections,
    list_liked_answers,
    list_suggestion_pairs,
)
from app.kernel.errors import NotFound
from app.training.datasets.augment import Wordings, worth_varying
from app.training.datasets.build import STEPS, Prepared, prepare, quiet, sealed
from app.training.datasets.documents import build_documents
from app.training.datasets.lessons import lessons_from
from app.training.datasets.mixing import lot
from app.training.datasets.recipe import Recipe
from app.training.domain import BuiltDataset, DatasetVersion, Lesson, Provenance, Source
from app.training.errors import DatasetWithdrawn, NothingToLearn
from app.training.material.store import accepted_material
from app.training.store import datasets as store
from app.training.teaching.domain import DISTILLED
from app.training.teaching.wordings import wordings_of
from app.training.tools import TrainingTools

DEFAULT_NAME, DOCUMENTS = "corrections", "documents"
MOST_KEPT, MOST_EDITED = 500, 10_000
MOST_PREVIEWED = 5_000
TAUGHT = frozenset({"accepted", "published"})


@dataclass(frozen=True)
class Previewed:
    """What the next version would be. looked_at, of: lessons; fewer than there are where there are many."""

    ready: Prepared
    looked_at: int
    of: int


async def gather(tools: TrainingTools, recipe: Recipe) -> list[Lesson]:
    """Every reviewed lesson, but those of erased conversations."""
    corrections: list[Correction] = []
    for state in CorrectionState:
        if state.value in TAUGHT:
            corrections += await list_corrections(tools.feedback.database, state=state)
    kept: list[RatedAnswer] = await list_liked_answers(tools.feedback, MOST_KEPT, recipe.votes_per_customer)
    edited = await list_suggestion_pairs(tools.database, edited=True, limit=MOST_EDITED)
    async with tools.database.reading() as session:
        reviewed = await accepted_material(session, {pair.message_id: pair.suggested for pair in edited})
        erased = await store.erased(session)
    lessons = lessons_from(corrections, await tools.curated.faqs(), kept, tools.form, reviewed)
    return [one for one in lessons if one.conversation_id not in erased]


async def current_recipe(tools: TrainingTools) -> tuple[Recipe, int]:
    """The recipe of the next version, and how many people must agree on a row of material."""
    async with tools.database.reading() as session:
        return await store.read_recipe(session)


async def change_recipe(tools: TrainingTools, recipe: Recipe, reviewers: int, author: Principal) -> None:
    """Takes effect with the next version; those that exist keep theirs."""
    async with tools.database.transaction() as session:
        await store.write_recipe(session, recipe, reviewers, author.name)
        await record_audit(session, author, "dataset.recipe", "1", reviewers=reviewers, **recipe.as_dict())


async def preview(tools: TrainingTools, recipe: Recipe | None = None) -> Previewed:
    """What the next version would be; nothing is kept. Of much material a part is looked at, always the same."""
    chosen = recipe or (await current_recipe(tools))[0]
    lessons = await gather(tools, chosen)
    looked_at = lessons if len(lessons) <= MOST_PREVIEWED else sorted(lessons, key=lot)[:MOST_PREVIEWED]
    ready = await _prepared(tools, looked_at, chosen, quiet, may_ask=False)
    return Previewed(ready, len(looked_at), len(lessons))


async def _prepared(
    tools: TrainingTools, lessons: Sequence[Lesson], recipe: Recipe, tell: Callable[[int], None], *, may_ask: bool
) -> Prepared:
    """Every step; a model is asked for other wordings of what is left, where the recipe wants them."""
    find = await tools.sensitive()
    wordings: Wordings = {}
    if recipe.paraphrases and recipe.synthetic_share > 0:
        bare = await asyncio.to_thread(prepare, lessons, replace(recipe, synthetic_share=0.0), find)
        wordings = await wordings_of(tools, worth_varying(bare.lessons, bare.splits, recipe), may_ask=may_ask)
    return await asyncio.to_thread(prepare, lessons, recipe, find, tell, wordings)


async def build_version(
    tools: TrainingTools,
    name: str,
    author: Principal | None,
    by: str = "system",
    tell: Callable[[int], None] = quiet,
) -> DatasetVersion:
    """A new version, or the present one when nothing has changed; `tell` hears each step done. Raises NothingToLearn.

    by: whose version it is when nobody acts at this moment.
    """
    recipe, _ = await current_recipe(tools)
    lessons = await gather(tools, recipe)
    tell(1)
    ready = await _prepared(tools, lessons, recipe, tell, may_ask=True)
    tell(STEPS - 1)
    built = await asyncio.to_thread(sealed, ready, name, recipe)
    tell(STEPS)
    return await keep_version(tools, name, built, author, by)


async def build_documents_version(tools: TrainingTools, by: str, tell: Callable[[int], None] = quiet) -> DatasetVersion:
    """The next version of the documents' own text, or the present one. Raises NothingToLearn."""
    recipe, _ = await current_recipe(tools)
    passages, find = await tools.library.passages(), await tools.sensitive()
    tell(1)
    built = await asyncio.to_thread(build_documents, passages, DOCUMENTS, recipe, find)
    tell(STEPS)
    return await keep_version(tools, DOCUMENTS, built, None, by)


async def keep_version(
    tools: TrainingTools, name: str, built: BuiltDataset, author: Principal | None, by: str
) -> DatasetVersion:
    """Stores what was built as the next version of a name, or gives the one that is the same."""
    key = f"datasets/{built.sha256}.jsonl"
    await tools.blobs.put(key, built.data)
    async with tools.database.transaction() as session:
        version = await store.add_dataset(session, name, built, key, author.name if author else by)
        await record_audit(
            session, author, "dataset.build", str(version.id), version=version.version, rows=version.rows, by=by
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


async def newest_dataset(tools: TrainingTools) -> UUID:
    """The version of answers a run learns when none is named. Raises NothingToLearn before the first."""
    found = await newest_of_answers(tools)
    if found is None:
        raise NothingToLearn
    return found.id


async def newest_of_answers(tools: TrainingTools) -> DatasetVersion | None:
    """The newest version of reviewed answers: neither of documents' text nor of a teacher's words."""
    versions = await list_datasets(tools, None, 50)
    return next((one for one in versions if one.name not in (DOCUMENTS, DISTILLED)), None)


async def rows_erased(tools: TrainingTools, dataset_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Versions that hold rows of erased conversations, and how many."""
    async with tools.database.reading() as session:
        return await store.withdrawn(session, dataset_ids)


async def origins(
    tools: TrainingTools, dataset_id: UUID, after: int, limit: int, source: Source | None
) -> list[Provenance]:
    """Where the rows of a version come from. Raises NotFound."""
    await get_dataset(tools, dataset_id)
    async with tools.database.reading() as session:
        return await store.rows_of_version(session, dataset_id, after, limit, source)


async def read_dataset(tools: TrainingTools, dataset_id: UUID) -> bytes:
    """The rows as JSONL. Raises NotFound, DatasetWithdrawn when somebody in it was erased."""
    dataset = await get_dataset(tools, dataset_id)
    if dataset_id in await rows_erased(tools, [dataset_id]):
        raise DatasetWithdrawn
    try:
        return await tools.blobs.get(dataset.blob_key)
    except FileNotFoundError:
        raise NotFound from None
