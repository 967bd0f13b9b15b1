"""SQL of the guard: its settings and their versions."""

from sqlalchemy import select

from app.answering.guard.built_in import built_in_settings
from app.answering.guard.domain import GuardSettings, GuardVersion
from app.answering.guard.tables import GuardVersionRow
from app.kernel.database import Session

BUILT_IN = GuardVersion(0, built_in_settings(), "built_in", "")


async def current(session: Session) -> GuardVersion:
    """The settings in force."""
    row = await session.scalar(select(GuardVersionRow).order_by(GuardVersionRow.number.desc()).limit(1))
    return BUILT_IN if row is None else _version(row)


async def find_version(session: Session, number: int) -> GuardVersion | None:
    """One version; 0 is the built-in one."""
    if number == 0:
        return BUILT_IN
    row = await session.get(GuardVersionRow, number)
    return None if row is None else _version(row)


async def list_versions(session: Session, limit: int) -> list[GuardVersion]:
    """The newest first."""
    rows = await session.scalars(select(GuardVersionRow).order_by(GuardVersionRow.number.desc()).limit(limit))
    return [_version(row) for row in rows]


async def add_version(session: Session, number: int, settings: GuardSettings, action: str, created_by: str) -> None:
    """Other settings from now on."""
    session.add(GuardVersionRow(number=number, settings=settings.as_dict(), action=action, created_by=created_by))
    await session.flush()


def _version(row: GuardVersionRow) -> GuardVersion:
    return GuardVersion(row.number, GuardSettings.from_dict(row.settings), row.action, row.created_by, row.created_at)
