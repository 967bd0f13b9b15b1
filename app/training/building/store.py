"""All SQL of dataset builds."""

from dataclasses import dataclass
from uuid import UUID

from app.kernel.database import Session
from app.training.building.tables import DatasetBuildRow


@dataclass(frozen=True)
class Build:
    """An order for a version. dataset_id: what came of it; the same content again is the version there is."""

    id: UUID
    name: str
    job_id: UUID
    dataset_id: UUID | None
    created_by: str


def _build(row: DatasetBuildRow) -> Build:
    return Build(row.id, row.name, row.job_id, row.dataset_id, row.created_by_name)


async def add_build(session: Session, build_id: UUID, name: str, job_id: UUID, author: str) -> Build:
    """A new order."""
    row = DatasetBuildRow(id=build_id, name=name, job_id=job_id, created_by_name=author)
    session.add(row)
    await session.flush()
    return _build(row)


async def find_build(session: Session, build_id: UUID) -> Build | None:
    """One order."""
    row = await session.get(DatasetBuildRow, build_id, populate_existing=True)
    return None if row is None else _build(row)


async def set_dataset(session: Session, build_id: UUID, dataset_id: UUID) -> None:
    """What came of it."""
    row = await session.get(DatasetBuildRow, build_id)
    if row is not None:
        row.dataset_id = dataset_id
        await session.flush()
