"""SQL of the second factor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.domain import Role
from app.accounts.second_factor.tables import PendingSignInRow, RecoveryCodeRow, SecondFactorRoleRow, SecondFactorRow
from app.accounts.tables import SessionRow, StaffRow
from app.kernel.clock import now
from app.kernel.database import Session


@dataclass(frozen=True)
class Owner:
    """Whose second factor it is."""

    id: UUID
    email: str
    name: str
    role: Role


async def has_factor(session: Session, staff_id: UUID) -> bool:
    """Whether a code is asked of this account."""
    statement = select(SecondFactorRow.staff_id).where(
        SecondFactorRow.staff_id == staff_id, SecondFactorRow.confirmed_at.is_not(None)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def with_factor(session: Session) -> set[UUID]:
    """Every account of which a code is asked."""
    return set(await session.scalars(select(SecondFactorRow.staff_id).where(SecondFactorRow.confirmed_at.is_not(None))))


async def required_roles(session: Session) -> set[Role]:
    """The roles that must have a second factor."""
    return {Role(role) for role in await session.scalars(select(SecondFactorRoleRow.role))}


async def set_required_roles(session: Session, roles: Collection[Role]) -> None:
    """These roles must have one, and no other."""
    await session.execute(delete(SecondFactorRoleRow))
    session.add_all(SecondFactorRoleRow(role=role.value) for role in roles)
    await session.flush()


async def end_sessions_without(session: Session, roles: Collection[Role]) -> int:
    """Signs out everybody of these roles who has no second factor; how many browsers that were."""
    bare = (
        select(StaffRow.id)
        .outerjoin(SecondFactorRow, SecondFactorRow.staff_id == StaffRow.id)
        .where(StaffRow.role.in_([role.value for role in roles]), SecondFactorRow.confirmed_at.is_(None))
    )
    gone = await session.execute(
        delete(SessionRow).where(SessionRow.staff_id.in_(bare)).returning(SessionRow.token_digest)
    )
    return len(gone.all())


async def owner_of(session: Session, staff_id: UUID) -> Owner | None:
    """An account that may sign in; None when there is none such or it is disabled."""
    statement = select(StaffRow).where(StaffRow.id == staff_id, StaffRow.disabled_at.is_(None))
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else Owner(row.id, row.email, row.name, Role(row.role))


async def lock_factor(session: Session, staff_id: UUID) -> SecondFactorRow | None:
    """An account's authenticator, locked: of two who type the same code one is first."""
    return await session.get(SecondFactorRow, staff_id, with_for_update=True)


async def put_secret(session: Session, staff_id: UUID, sealed_secret: str) -> None:
    """An unconfirmed authenticator, in place of an earlier one."""
    values = {"sealed_secret": sealed_secret, "last_step": 0, "created_at": now(), "confirmed_at": None}
    statement = insert(SecondFactorRow).values(staff_id=staff_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["staff_id"], set_=values))


async def drop_factor(session: Session, staff_id: UUID) -> bool:
    """Takes authenticator and recovery codes away; whether there was a confirmed one."""
    await session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == staff_id))
    statement = delete(SecondFactorRow).where(SecondFactorRow.staff_id == staff_id)
    confirmed = (await session.execute(statement.returning(SecondFactorRow.confirmed_at))).scalar_one_or_none()
    return confirmed is not None


async def put_recovery_codes(session: Session, staff_id: UUID, digests: Sequence[str]) -> None:
    """These recovery codes, and none of the earlier ones."""
    await session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == staff_id))
    session.add_all(RecoveryCodeRow(digest=digest, staff_id=staff_id) for digest in digests)
    await session.flush()


async def use_recovery_code(session: Session, staff_id: UUID, digest: str) -> bool:
    """Uses a recovery code up; False when it is none of this account's."""
    statement = delete(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == staff_id, RecoveryCodeRow.digest == digest)
    return (await session.execute(statement.returning(RecoveryCodeRow.digest))).scalar_one_or_none() is not None


async def count_recovery_codes(session: Session, staff_id: UUID) -> int:
    """How many recovery codes are left."""
    statement = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == staff_id)
    return (await session.execute(statement)).scalar_one()


async def add_pending(session: Session, staff_id: UUID, digest: str, expires_at: datetime) -> None:
    """Keeps a half-done sign-in, and forgets those that are over."""
    await session.execute(delete(PendingSignInRow).where(PendingSignInRow.expires_at < now()))
    session.add(PendingSignInRow(digest=digest, staff_id=staff_id, expires_at=expires_at))
    await session.flush()


async def find_pending(session: Session, digest: str) -> Owner | None:
    """Whose half-done sign-in a ticket stands for; None when it is over, used, or the account disabled."""
    statement = select(PendingSignInRow.staff_id).where(
        PendingSignInRow.digest == digest, PendingSignInRow.expires_at > now()
    )
    staff_id = (await session.execute(statement)).scalar_one_or_none()
    return None if staff_id is None else await owner_of(session, staff_id)


async def drop_pending(session: Session, staff_id: UUID) -> None:
    """Forgets the half-done sign-ins of an account."""
    await session.execute(delete(PendingSignInRow).where(PendingSignInRow.staff_id == staff_id))
