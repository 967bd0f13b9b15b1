"""SQL of single sign-on."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.domain import Role, Staff
from app.accounts.single_sign_on.tables import StaffIdentityRow
from app.accounts.tables import StaffRow
from app.kernel.clock import now
from app.kernel.database import Session


async def find_by_identity(session: Session, issuer: str, subject: str) -> Staff | None:
    """The account a person of the provider has here."""
    statement = (
        select(StaffRow)
        .join(StaffIdentityRow, StaffIdentityRow.staff_id == StaffRow.id)
        .where(StaffIdentityRow.issuer == issuer, StaffIdentityRow.subject == subject)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else Staff(row.id, row.email, row.name, Role(row.role), row.disabled_at is not None)


async def add_identity(session: Session, issuer: str, subject: str, staff_id: UUID) -> bool:
    """Ties a person of the provider to an account; False when they are tied to one already."""
    statement = (
        insert(StaffIdentityRow)
        .values(issuer=issuer, subject=subject, staff_id=staff_id, created_at=now())
        .on_conflict_do_nothing()
        .returning(StaffIdentityRow.staff_id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None
