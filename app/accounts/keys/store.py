"""SQL of API keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from app.accounts.domain import Permission, Principal, Role
from app.accounts.tables import ApiKeyRow
from app.kernel.clock import now
from app.kernel.database import Session


@dataclass(frozen=True)
class Key:
    """A key without its secret. scopes: unset for all that its role may."""

    id: UUID
    name: str
    role: Role
    scopes: frozenset[Permission] | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


def _scopes(row: ApiKeyRow) -> frozenset[Permission] | None:
    # A permission that is no more is one nobody has.
    known = {one.value: one for one in Permission}
    return None if row.scopes is None else frozenset(known[one] for one in row.scopes if one in known)


async def add_api_key(
    session: Session,
    digest: str,
    name: str,
    role: Role,
    scopes: frozenset[Permission] | None,
    expires_at: datetime | None,
    created_by: str,
) -> UUID:
    """Keeps a new key's digest."""
    kept = None if scopes is None else sorted(one.value for one in scopes)
    row = ApiKeyRow(
        digest=digest, name=name, role=role.value, scopes=kept, expires_at=expires_at, created_by=created_by
    )
    session.add(row)
    await session.flush()
    return row.id


async def find_api_key(session: Session, digest: str) -> tuple[Principal, datetime | None] | None:
    """Who a key stands for and when it was last used, unless it is revoked or over."""
    statement = select(ApiKeyRow).where(ApiKeyRow.digest == digest, ApiKeyRow.revoked_at.is_(None))
    statement = statement.where(or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > now()))
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        return None
    return Principal(row.id, "api_key", row.name, Role(row.role), scopes=_scopes(row)), row.last_used_at


async def note_use(session: Session, key_id: UUID, at_most_every: timedelta) -> None:
    """Remembers that a key was used just now, unless that was written a moment ago."""
    stale = or_(ApiKeyRow.last_used_at.is_(None), ApiKeyRow.last_used_at < now() - at_most_every)
    await session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id, stale).values(last_used_at=now()))


async def revoke_api_key(session: Session, key_id: UUID) -> bool:
    """Ends a key at once; False when there is none such that still works."""
    statement = (
        update(ApiKeyRow)
        .where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(ApiKeyRow.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def list_api_keys(session: Session) -> Sequence[Key]:
    """Every key, those that work first, the newest first."""
    rows = await session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.revoked_at.is_not(None), ApiKeyRow.id.desc()))
    return [
        Key(
            row.id,
            row.name,
            Role(row.role),
            _scopes(row),
            row.created_by,
            row.created_at,
            row.expires_at,
            row.last_used_at,
            row.revoked_at,
        )
        for row in rows
    ]
