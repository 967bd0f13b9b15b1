"""SQL of staff as admins see them, and of links that set a password."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.accounts.domain import Role
from app.accounts.second_factor.store import with_factor
from app.accounts.tables import SessionRow, StaffRow, StaffTokenRow
from app.kernel.clock import now
from app.kernel.database import Session


@dataclass(frozen=True)
class Colleague:
    """One account. sessions: browsers signed in now; invited: has not set a password yet."""

    id: UUID
    email: str
    name: str
    role: Role
    disabled: bool
    sessions: int
    second_factor: bool
    created_at: datetime


async def list_colleagues(session: Session) -> list[Colleague]:
    """Every account, by name."""
    signed_in = (
        select(func.count())
        .where(SessionRow.staff_id == StaffRow.id, SessionRow.expires_at > now())
        .correlate(StaffRow)
        .scalar_subquery()
    )
    rows = (await session.execute(select(StaffRow, signed_in).order_by(StaffRow.name, StaffRow.id))).all()
    careful = await with_factor(session)
    return [
        Colleague(
            row.id,
            row.email,
            row.name,
            Role(row.role),
            row.disabled_at is not None,
            count,
            row.id in careful,
            row.created_at,
        )
        for row, count in rows
    ]


async def lock_staff(session: Session, staff_id: UUID) -> StaffRow | None:
    """One account, locked."""
    return await session.get(StaffRow, staff_id, with_for_update=True)


async def count_admins(session: Session) -> int:
    """How many admins can sign in; all of them are locked until the transaction ends."""
    statement = select(StaffRow.id).where(StaffRow.role == Role.ADMIN.value, StaffRow.disabled_at.is_(None))
    return len((await session.execute(statement.with_for_update())).all())


async def change_staff(session: Session, staff_id: UUID, **columns: Any) -> None:
    """Other columns of an account."""
    await session.execute(update(StaffRow).where(StaffRow.id == staff_id).values(**columns))


async def add_token(session: Session, digest: str, staff_id: UUID, kind: str, by: str, expires_at: datetime) -> None:
    """A new link; older ones of the same account work no more."""
    await session.execute(delete(StaffTokenRow).where(StaffTokenRow.staff_id == staff_id))
    session.add(StaffTokenRow(digest=digest, staff_id=staff_id, kind=kind, created_by_name=by, expires_at=expires_at))
    await session.flush()


async def use_token(session: Session, digest: str) -> UUID | None:
    """Whose link it is, used up by this; None when there is none such, or it was used, or is over."""
    statement = (
        update(StaffTokenRow)
        .where(StaffTokenRow.digest == digest, StaffTokenRow.used_at.is_(None), StaffTokenRow.expires_at > now())
        .values(used_at=now())
        .returning(StaffTokenRow.staff_id)
    )
    return (await session.execute(statement)).scalar_one_or_none()
