"""All SQL of the model registry."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.kernel.database import Session
from app.model_registry.domain import ModelKind, ModelState, ModelVersion, NewModelVersion
from app.model_registry.tables import ModelVersionRow


def _version(row: ModelVersionRow) -> ModelVersion:
    return ModelVersion(
        row.id,
        ModelKind(row.kind),
        row.name,
        row.base_model,
        row.adapter_path,
        row.sha256,
        ModelState(row.state),
        row.run_id,
        row.created_at,
        row.details,
    )


async def add_version(session: Session, new: NewModelVersion) -> ModelVersion:
    """A new candidate."""
    row = ModelVersionRow(
        kind=new.kind.value,
        name=new.name,
        base_model=new.base_model,
        adapter_path=new.adapter_path,
        sha256=new.sha256,
        state=ModelState.CANDIDATE.value,
        run_id=new.run_id,
        details=dict(new.details),
    )
    session.add(row)
    await session.flush()
    return _version(row)


async def find_version(session: Session, version_id: UUID) -> ModelVersion | None:
    """A version."""
    row = await session.get(ModelVersionRow, version_id)
    return None if row is None else _version(row)


async def set_details(session: Session, version_id: UUID, details: dict[str, Any]) -> ModelVersion:
    """Writes what else is known of a version; it must exist."""
    row = await session.get_one(ModelVersionRow, version_id)
    row.details = details
    await session.flush()
    return _version(row)


async def lock_version(session: Session, version_id: UUID) -> ModelVersion | None:
    """A version, locked until the transaction ends."""
    row = await session.get(ModelVersionRow, version_id, with_for_update=True)
    return None if row is None else _version(row)


async def set_state(session: Session, version_id: UUID, state: ModelState) -> ModelVersion:
    """Writes the state; the version must exist."""
    row = await session.get_one(ModelVersionRow, version_id)
    row.state = state.value
    await session.flush()
    return _version(row)


async def retire_live(session: Session, kind: ModelKind) -> UUID | None:
    """Retires the live version of a kind, if there is one."""
    statement = (
        select(ModelVersionRow)
        .where(ModelVersionRow.kind == kind.value, ModelVersionRow.state == ModelState.LIVE.value)
        .with_for_update()
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        return None
    row.state = ModelState.RETIRED.value
    await session.flush()
    return row.id


async def find_live(session: Session, kind: ModelKind) -> ModelVersion | None:
    """The live version of a kind."""
    statement = select(ModelVersionRow).where(
        ModelVersionRow.kind == kind.value, ModelVersionRow.state == ModelState.LIVE.value
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else _version(row)


async def list_versions(
    session: Session, kind: ModelKind | None, before: UUID | None, limit: int
) -> Sequence[ModelVersion]:
    """Versions, newest first, behind the one with id `before`."""
    statement = select(ModelVersionRow).order_by(ModelVersionRow.id.desc()).limit(limit)
    if kind is not None:
        statement = statement.where(ModelVersionRow.kind == kind.value)
    if before is not None:
        statement = statement.where(ModelVersionRow.id < before)
    return [_version(row) for row in (await session.execute(statement)).scalars()]


async def add_mark(session: Session, version_ids: Sequence[UUID], mark: str) -> None:
    """Adds a mark to the details of versions, once."""
    rows = await session.execute(select(ModelVersionRow).where(ModelVersionRow.id.in_(version_ids)).with_for_update())
    for row in rows.scalars():
        marks = list(row.details.get("marks", []))
        if mark not in marks:
            row.details = {**row.details, "marks": [*marks, mark]}
    await session.flush()
