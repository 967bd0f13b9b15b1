"""SQL of the audit trail and its seals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text

from app.accounts.tables import AuditRow, AuditSealRow
from app.kernel.clock import now
from app.kernel.database import Session

SEALING = 8_280_001


@dataclass(frozen=True)
class Entry:
    """What somebody did to something."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    action: str
    subject: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Filter:
    """Which entries to list. words: in the actor's name, the action or the subject."""

    action: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


def _entry(row: AuditRow) -> Entry:
    return Entry(row.id, row.at, row.actor_kind, row.actor_id, row.actor_name, row.action, row.subject, row.details)


async def list_entries(session: Session, wanted: Filter, *, before: UUID | None, limit: int) -> list[Entry]:
    """Newest first, behind `before`."""
    statement = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(AuditRow.id < before)
    if wanted.action:
        statement = statement.where(AuditRow.action.startswith(wanted.action, autoescape=True))
    if wanted.words:
        columns = (AuditRow.actor_name, AuditRow.action, AuditRow.subject)
        statement = statement.where(or_(*(one.icontains(wanted.words, autoescape=True) for one in columns)))
    if wanted.since is not None:
        statement = statement.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditRow.at < wanted.until)
    return [_entry(row) for row in await session.scalars(statement)]


async def list_about(session: Session, action: str, subject: str, limit: int) -> list[Entry]:
    """What was done to one thing in one way, newest first."""
    wanted = select(AuditRow).where(AuditRow.action == action, AuditRow.subject == subject)
    return [_entry(row) for row in await session.scalars(wanted.order_by(AuditRow.id.desc()).limit(limit))]


async def hold_chain(session: Session) -> bool:
    """Whether this transaction may add to the chain; nobody else can meanwhile."""
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(SEALING))))


async def last_seal(session: Session) -> tuple[int, str]:
    """The number and digest at the end of the chain; (0, "") before the first."""
    row = await session.scalar(select(AuditSealRow).order_by(AuditSealRow.number.desc()).limit(1))
    return (0, "") if row is None else (row.number, row.digest)


async def unsealed(session: Session, limit: int) -> list[Entry]:
    """Entries outside the chain, the oldest first."""
    sealed = select(AuditSealRow.entry_id).where(AuditSealRow.entry_id == AuditRow.id).exists()
    statement = select(AuditRow).where(~sealed).order_by(AuditRow.at, AuditRow.id).limit(limit)
    return [_entry(row) for row in await session.scalars(statement)]


async def add_seals(session: Session, seals: list[tuple[int, UUID, str]]) -> None:
    """New links at the end of the chain."""
    session.add_all(
        AuditSealRow(number=number, entry_id=entry_id, digest=digest, sealed_at=now())
        for number, entry_id, digest in seals
    )
    await session.flush()


_CHAIN = text(
    """SELECT s.number, s.entry_id, s.digest, e.id, e.at, e.actor_kind, e.actor_id, e.actor_name, e.action, e.subject,
        e.details
    FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry_id
    WHERE s.number > :after ORDER BY s.number LIMIT :limit"""
)


async def read_chain(session: Session, after: int, limit: int) -> list[tuple[int, UUID, str, Entry | None]]:
    """Links behind a number with their entries; None where an entry is gone."""
    rows = await session.execute(_CHAIN, {"after": after, "limit": limit})
    return [(row[0], row[1], row[2], None if row[3] is None else Entry(*row[3:])) for row in rows]
