"""All SQL of the schedule."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.kernel.clock import now
from app.kernel.database import Session
from app.training.scheduling.domain import Came, Last, Schedule
from app.training.scheduling.tables import ScheduleRow


async def read_schedule(session: Session) -> Schedule:
    """The one there is, or what is on from the start."""
    row = await session.get(ScheduleRow, 1, populate_existing=True)
    if row is None:
        return Schedule()
    return Schedule(row.nightly, row.weekly, row.enough_new, _last(row.last_night), _last(row.last_week))


def _last(kept: dict[str, Any] | None) -> Last | None:
    if kept is None:
        return None
    return Last(datetime.fromisoformat(kept["at"]), Came(kept["came"]), UUID(kept["made"]) if kept["made"] else None)


async def write_switches(session: Session, nightly: bool, weekly: bool, enough_new: int, author: str) -> None:
    """Replaces them; what came of the last times stays."""
    values = {"nightly": nightly, "weekly": weekly, "enough_new": enough_new}
    await _put(session, {**values, "changed_by_name": author, "changed_at": now()})


async def note_last(session: Session, which: str, last: Last) -> None:
    """What came of a time; which: last_night or last_week."""
    kept = {"at": last.at.isoformat(), "came": last.came.value, "made": str(last.made) if last.made else None}
    await _put(session, {which: kept})


async def _put(session: Session, values: dict[str, Any]) -> None:
    statement = insert(ScheduleRow).values(id=1, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
