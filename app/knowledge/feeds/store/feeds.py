"""SQL of sources: their rows with what they hold and their newest run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.feeds.domain import Feed, FeedKind, FeedValues, Schedule, WhenMissing
from app.knowledge.feeds.errors import FeedNameTaken
from app.knowledge.feeds.store.runs import newest_runs
from app.knowledge.feeds.tables import FeedItemRow, FeedRow
from app.knowledge.tables import DocumentRow


def _columns(values: FeedValues) -> dict[str, Any]:
    return {
        "base_id": values.base_id,
        "name": values.name,
        "kind": values.kind.value,
        "address": values.address,
        "include": list(values.include),
        "exclude": list(values.exclude),
        "schedule": values.schedule.value,
        "max_depth": values.max_depth,
        "max_pages": values.max_pages,
        "when_missing": values.when_missing.value,
        "show_address": values.show_address,
        "tags": list(values.tags),
    }


def _values(row: FeedRow) -> FeedValues:
    return FeedValues(
        base_id=row.base_id,
        name=row.name,
        kind=FeedKind(row.kind),
        address=row.address,
        include=tuple(row.include),
        exclude=tuple(row.exclude),
        schedule=Schedule(row.schedule),
        max_depth=row.max_depth,
        max_pages=row.max_pages,
        when_missing=WhenMissing(row.when_missing),
        show_address=row.show_address,
        tags=tuple(row.tags),
    )


async def add_feed(session: Session, values: FeedValues, by: str, next_run_at: datetime | None) -> UUID:
    """A new source. Raises FeedNameTaken."""
    row = FeedRow(id=new_id(), created_by=by, next_run_at=next_run_at, **_columns(values))
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise FeedNameTaken from error
    return row.id


async def change_feed(
    session: Session, feed_id: UUID, version: int, values: FeedValues, next_run_at: datetime | None
) -> bool:
    """New values for this version of a source; False when it has another one by now. Raises FeedNameTaken."""
    statement = (
        update(FeedRow)
        .where(FeedRow.id == feed_id, FeedRow.version == version)
        .values(version=version + 1, updated_at=now(), next_run_at=next_run_at, **_columns(values))
    )
    try:
        changed = await session.execute(statement)
    except IntegrityError as error:
        raise FeedNameTaken from error
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # every update has it


async def remove_feed(session: Session, feed_id: UUID, version: int) -> bool:
    """Takes this version of a source away with all it remembers; False when it has another one by now."""
    removed = await session.execute(delete(FeedRow).where(FeedRow.id == feed_id, FeedRow.version == version))
    return bool(removed.rowcount)  # type: ignore[attr-defined]  # every delete has it


async def find_feed(session: Session, feed_id: UUID) -> Feed | None:
    """One source."""
    found = await _read(session, FeedRow.id == feed_id)
    return found[0] if found else None


async def list_feeds(session: Session, before: UUID | None, limit: int) -> list[Feed]:
    """Newest first."""
    return await _read(session, FeedRow.id < before if before else None, limit)


async def lock_feed(session: Session, feed_id: UUID) -> FeedValues | None:
    """A source's values, with nobody changing or starting it until the end of the transaction."""
    row = await session.scalar(select(FeedRow).where(FeedRow.id == feed_id).with_for_update())
    return None if row is None else _values(row)


async def lock_due(session: Session, limit: int) -> list[tuple[UUID, FeedValues]]:
    """Sources whose time has come; those another scheduler holds are passed over."""
    statement = (
        select(FeedRow)
        .where(FeedRow.next_run_at <= func.clock_timestamp())
        .order_by(FeedRow.next_run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(row.id, _values(row)) for row in await session.scalars(statement)]


async def set_next_run(session: Session, feed_id: UUID, at: datetime | None) -> None:
    """When it is due again."""
    await session.execute(update(FeedRow).where(FeedRow.id == feed_id).values(next_run_at=at))


async def _read(session: Session, where: Any, limit: int = 1) -> list[Feed]:
    statement = select(FeedRow).order_by(FeedRow.id.desc()).limit(limit)
    rows = list(await session.scalars(statement if where is None else statement.where(where)))
    ids = [row.id for row in rows]
    held = await _held(session, ids)
    runs = await newest_runs(session, ids)
    return [
        Feed(
            id=row.id,
            version=row.version,
            values=_values(row),
            created_by=row.created_by,
            created_at=row.created_at,
            updated_at=row.updated_at,
            next_run_at=row.next_run_at,
            documents=held.get(row.id, (0, 0))[0],
            missing=held.get(row.id, (0, 0))[1],
            last_run=runs.get(row.id),
        )
        for row in rows
    ]


async def _held(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    item = FeedItemRow
    statement = (
        select(
            item.feed_id,
            func.count(func.distinct(item.document_id)),
            func.count(func.distinct(item.document_id)).filter(item.state == "missing"),
        )
        .join(DocumentRow, DocumentRow.id == item.document_id)
        .where(item.feed_id.in_(ids), DocumentRow.deleted_at.is_(None))
        .group_by(item.feed_id)
    )
    return {feed_id: (documents, missing) for feed_id, documents, missing in await session.execute(statement)}
