"""All SQL of accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.domain import Principal, Role, Staff
from app.accounts.tables import AuditRow, SessionRow, SignInTryRow, StaffRow
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id


def _staff(row: StaffRow) -> Staff:
    return Staff(row.id, row.email, row.name, Role(row.role), row.disabled_at is not None)


async def add_staff(session: Session, email: str, name: str, role: Role, password_hash: str) -> Staff | None:
    """Adds an account; None when the e-mail is taken."""
    statement = (
        insert(StaffRow)
        .values(
            id=new_id(),
            email=email,
            name=name,
            role=role.value,
            password_hash=password_hash,
            created_at=now(),
        )
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(StaffRow)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else _staff(row)


async def find_staff(session: Session, email: str) -> tuple[Staff, str] | None:
    """An account and its password hash by e-mail."""
    row = (await session.execute(select(StaffRow).where(StaffRow.email == email))).scalar_one_or_none()
    return None if row is None else (_staff(row), row.password_hash)


async def list_staff(session: Session) -> Sequence[Staff]:
    """Every account, oldest first."""
    return [_staff(row) for row in (await session.execute(select(StaffRow).order_by(StaffRow.id))).scalars()]


async def remove_staff(session: Session, emails: Sequence[str]) -> None:
    """Removes accounts and their sessions."""
    await session.execute(delete(StaffRow).where(StaffRow.email.in_(emails)))


async def add_session(session: Session, staff_id: UUID, digest: str, csrf_token: str, expires_at: datetime) -> None:
    """Keeps a new session and drops those that are over."""
    await session.execute(delete(SessionRow).where(SessionRow.expires_at < now()))
    session.add(SessionRow(token_digest=digest, staff_id=staff_id, csrf_token=csrf_token, expires_at=expires_at))
    await session.flush()


async def find_session(session: Session, digest: str) -> Principal | None:
    """Who a session cookie stands for, unless it is over or the account is disabled."""
    statement = (
        select(StaffRow, SessionRow.csrf_token)
        .join(SessionRow, SessionRow.staff_id == StaffRow.id)
        .where(SessionRow.token_digest == digest, SessionRow.expires_at > now(), StaffRow.disabled_at.is_(None))
    )
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        return None
    row, csrf_token = found
    return Principal(row.id, "staff", row.name, Role(row.role), csrf_token)


async def drop_session(session: Session, digest: str) -> None:
    """Ends one session."""
    await session.execute(delete(SessionRow).where(SessionRow.token_digest == digest))


async def end_sessions(session: Session, staff_id: UUID, *, but: str = "") -> int:
    """Every browser of an account is signed out, except that of the digest `but`; how many there were."""
    statement = delete(SessionRow).where(SessionRow.staff_id == staff_id, SessionRow.token_digest != but)
    return len((await session.execute(statement.returning(SessionRow.token_digest))).all())


async def count_tries(session: Session, email: str, address: str, within: timedelta) -> int:
    """Wrong passwords of late for this e-mail from this address."""
    statement = select(func.count()).where(
        SignInTryRow.email == email, SignInTryRow.address == address, SignInTryRow.at > now() - within
    )
    return (await session.execute(statement)).scalar_one()


async def hold_tries(session: Session, email: str, address: str) -> None:
    """Lets nobody else count or add tries of this e-mail from this address until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{email} {address}", 0))))


async def add_try(session: Session, email: str, address: str) -> None:
    """Remembers a wrong password, and forgets those older than a day."""
    await session.execute(delete(SignInTryRow).where(SignInTryRow.at < now() - timedelta(days=1)))
    session.add(SignInTryRow(email=email, address=address))
    await session.flush()


async def forget_tries(session: Session, email: str, address: str) -> None:
    """A right password clears the count."""
    await session.execute(delete(SignInTryRow).where(SignInTryRow.email == email, SignInTryRow.address == address))


async def add_audit(
    session: Session, actor: Principal | None, action: str, subject: str, details: dict[str, object]
) -> None:
    """Adds one line to the audit trail."""
    session.add(
        AuditRow(
            actor_kind=actor.kind if actor else "system",
            actor_id=actor.id if actor else None,
            actor_name=actor.name if actor else "system",
            action=action,
            subject=subject,
            details=details,
        )
    )
    await session.flush()
