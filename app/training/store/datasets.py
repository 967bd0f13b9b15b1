"""SQL of dataset versions: their rows' origins, the recipe, and conversations that were erased."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel.clock import now
from app.kernel.database import Session
from app.training.datasets.recipe import Recipe
from app.training.domain import BuiltDataset, DatasetVersion, Provenance, Source, Split
from app.training.material.tables import MaterialRow
from app.training.tables import DatasetRecipeRow, DatasetRowRow, DatasetVersionRow, ErasureRow, TrainRunRow


def _dataset(row: DatasetVersionRow) -> DatasetVersion:
    return DatasetVersion(
        id=row.id,
        name=row.name,
        version=row.version,
        rows=row.rows,
        sha256=row.sha256,
        blob_key=row.blob_key,
        manifest=row.manifest,
        created_by_name=row.created_by_name,
        created_at=row.created_at,
    )


async def find_same_dataset(session: Session, name: str, sha256: str) -> DatasetVersion | None:
    """The version with exactly this content."""
    statement = select(DatasetVersionRow).where(DatasetVersionRow.name == name, DatasetVersionRow.sha256 == sha256)
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else _dataset(row)


async def add_dataset(session: Session, name: str, built: BuiltDataset, blob_key: str, author: str) -> DatasetVersion:
    """The next version of a name; the same content again is the version that already has it."""
    # Two builders of one name would both find the same highest version.
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('dataset:' || :name))"), {"name": name})
    if same := await find_same_dataset(session, name, built.sha256):
        return same
    newest = select(func.coalesce(func.max(DatasetVersionRow.version), 0)).where(DatasetVersionRow.name == name)
    version = (await session.execute(newest)).scalar_one() + 1
    row = DatasetVersionRow(
        name=name,
        version=version,
        rows=built.rows,
        sha256=built.sha256,
        blob_key=blob_key,
        manifest={**built.manifest, "version": version},
        created_by_name=author,
    )
    session.add(row)
    await session.flush()
    for start in range(0, len(built.provenance), 1_000):
        part = [{"dataset_id": row.id, **asdict(one)} for one in built.provenance[start : start + 1_000]]
        await session.execute(insert(DatasetRowRow), part)
    return _dataset(row)


async def find_dataset(session: Session, dataset_id: UUID) -> DatasetVersion | None:
    """One version."""
    row = await session.get(DatasetVersionRow, dataset_id)
    return None if row is None else _dataset(row)


async def list_datasets(session: Session, before: UUID | None, limit: int) -> list[DatasetVersion]:
    """Newest first, behind `before`."""
    statement = select(DatasetVersionRow).order_by(DatasetVersionRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(DatasetVersionRow.id < before)
    return [_dataset(row) for row in (await session.execute(statement)).scalars()]


async def rows_of_version(
    session: Session, dataset_id: UUID, after: int, limit: int, source: Source | None = None
) -> list[Provenance]:
    """Where the rows of a version come from, in their order."""
    statement = (
        select(DatasetRowRow)
        .where(DatasetRowRow.dataset_id == dataset_id, DatasetRowRow.place > after)
        .order_by(DatasetRowRow.place)
        .limit(limit)
    )
    if source is not None:
        statement = statement.where(DatasetRowRow.source == source.value)
    return [
        Provenance(
            row.place,
            row.sha256,
            Source(row.source),
            row.source_id,
            row.conversation_id,
            Split(row.split),
            row.approved_by,
            row.approved_at,
        )
        for row in (await session.execute(statement)).scalars()
    ]


async def read_recipe(session: Session) -> tuple[Recipe, int]:
    """The recipe of the next version, and how many people must agree on a row."""
    row = await session.get(DatasetRecipeRow, 1)
    return (Recipe(), 1) if row is None else (Recipe.from_dict(row.recipe), row.reviewers)


async def write_recipe(session: Session, recipe: Recipe, reviewers: int, author: str) -> None:
    """Replaces both."""
    values = {"recipe": recipe.as_dict(), "reviewers": reviewers, "changed_by_name": author, "changed_at": now()}
    statement = upsert(DatasetRecipeRow).values(id=1, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def erased(session: Session) -> frozenset[UUID]:
    """Conversations nothing may be learnt from."""
    return frozenset((await session.execute(select(ErasureRow.conversation_id))).scalars())


async def add_erasures(session: Session, conversation_ids: Sequence[UUID], by: str) -> None:
    """Remembers them; again changes nothing."""
    values = [{"conversation_id": one, "by_name": by, "at": now()} for one in conversation_ids]
    await session.execute(upsert(ErasureRow).values(values).on_conflict_do_nothing())


async def versions_with(session: Session, conversation_ids: Sequence[UUID]) -> list[DatasetVersion]:
    """Versions that hold a row of one of the conversations."""
    inside = select(DatasetRowRow.dataset_id).where(DatasetRowRow.conversation_id.in_(conversation_ids))
    statement = select(DatasetVersionRow).where(DatasetVersionRow.id.in_(inside)).order_by(DatasetVersionRow.id)
    return [_dataset(row) for row in (await session.execute(statement)).scalars()]


async def withdrawn(session: Session, dataset_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Of these versions those with rows of erased conversations, and how many rows that are."""
    statement = (
        select(DatasetRowRow.dataset_id, func.count())
        .join(ErasureRow, ErasureRow.conversation_id == DatasetRowRow.conversation_id)
        .where(DatasetRowRow.dataset_id.in_(dataset_ids))
        .group_by(DatasetRowRow.dataset_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def models_of(session: Session, dataset_ids: Sequence[UUID]) -> list[UUID]:
    """The models that learnt from these versions."""
    statement = select(TrainRunRow.model_id).where(
        TrainRunRow.dataset_id.in_(dataset_ids), TrainRunRow.model_id.is_not(None)
    )
    return [found for found in (await session.execute(statement)).scalars() if found is not None]


async def forget_material(session: Session, conversation_ids: Sequence[UUID]) -> None:
    """Deletes material that came from these conversations."""
    await session.execute(delete(MaterialRow).where(MaterialRow.conversation_id.in_(conversation_ids)))
