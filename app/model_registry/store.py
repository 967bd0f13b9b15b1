"""All SQL of the model registry."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.kernel.clock import now
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
        row.share,
        row.parent_id,
        row.approved_by,
        row.changed_at,
        row.live_at,
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
        parent_id=new.parent_id,
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


async def set_state(
    session: Session,
    version_id: UUID,
    state: ModelState,
    share: float = 0.0,
    approved_by: str = "",
    *,
    is_back: bool = False,
) -> ModelVersion:
    """Writes the state with its share; the version must exist. is_back: it is live again, not anew."""
    row = await session.get_one(ModelVersionRow, version_id)
    row.state, row.share, row.changed_at = state.value, share, now()
    if approved_by:
        row.approved_by = approved_by
    if state is ModelState.LIVE and not is_back:
        row.live_at = now()
        row.details = {name: value for name, value in row.details.items() if name != "rolled_back"}
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
    row.state, row.share, row.changed_at = ModelState.RETIRED.value, 0.0, now()
    await session.flush()
    return row.id


async def find_in_state(
    session: Session, kind: ModelKind, states: Sequence[ModelState], since: datetime | None = None
) -> list[ModelVersion]:
    """The versions of a kind in any of these states, oldest first; since: those that changed after it."""
    statement = (
        select(ModelVersionRow)
        .where(ModelVersionRow.kind == kind.value, ModelVersionRow.state.in_([state.value for state in states]))
        .order_by(ModelVersionRow.id)
    )
    if since is not None:
        statement = statement.where(ModelVersionRow.changed_at > since)
    return [_version(row) for row in (await session.execute(statement)).scalars()]


async def find_before(session: Session, kind: ModelKind, version: ModelVersion) -> ModelVersion | None:
    """The version that was live last before this one."""
    statement = (
        select(ModelVersionRow)
        .where(
            ModelVersionRow.kind == kind.value,
            ModelVersionRow.state == ModelState.RETIRED.value,
            ModelVersionRow.live_at.is_not(None),
            ModelVersionRow.live_at < version.live_at,
            ~ModelVersionRow.details.has_key("rolled_back"),
        )
        .order_by(ModelVersionRow.live_at.desc())
        .limit(1)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else _version(row)


async def add_details(session: Session, version_id: UUID, details: dict[str, Any]) -> None:
    """What became known of a version."""
    row = await session.get(ModelVersionRow, version_id, with_for_update=True)
    if row is not None:
        row.details = {**row.details, **details}
        await session.flush()


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
