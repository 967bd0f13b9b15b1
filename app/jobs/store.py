"""All SQL of jobs. Leases are measured with the database's clock, since hosts disagree about the time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from app.jobs.domain import FIRST_RING_GRACE, LEASE, MAX_ATTEMPTS, JobRecord, JobState, Lease, ring_gap
from app.jobs.tables import JobRow
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id

QUEUED, RUNNING = JobState.QUEUED.value, JobState.RUNNING.value


def _record(row: JobRow) -> JobRecord:
    return JobRecord(
        id=row.id,
        kind=row.kind,
        queue=row.queue,
        subject_id=row.subject_id,
        state=JobState(row.state),
        done=row.done,
        total=row.total,
        unit=row.unit,
        error_code=row.error_code,
        error_message=row.error_message,
        attempts=row.attempts,
        cancel_requested=row.cancel_requested,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        updated_at=row.updated_at,
    )


def _after(delay: timedelta) -> ColumnElement[Any]:
    return func.clock_timestamp() + delay


async def _change(session: Session, *conditions: ColumnElement[bool], **values: object) -> JobRecord | None:
    """Update at most one row and give it back as it now is."""
    statement = (
        update(JobRow)
        .where(*conditions)
        .values(updated_at=func.clock_timestamp(), **values)
        .returning(JobRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else _record(row)


async def add_job(session: Session, kind: str, queue: str, subject_id: UUID) -> UUID:
    """A queued row."""
    row = JobRow(kind=kind, queue=queue, subject_id=subject_id, state=QUEUED, due_at=_after(FIRST_RING_GRACE))
    session.add(row)
    await session.flush()
    return row.id


async def find_job(session: Session, job_id: UUID) -> JobRecord | None:
    """One job."""
    statement = select(JobRow).where(JobRow.id == job_id).execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else _record(row)


async def list_jobs(
    session: Session, *, states: Sequence[JobState], kind: str | None, before: UUID | None, limit: int
) -> list[JobRecord]:
    """Newest first; ids sort by age."""
    statement = select(JobRow).order_by(JobRow.id.desc()).limit(limit)
    if states:
        statement = statement.where(JobRow.state.in_([state.value for state in states]))
    if kind is not None:
        statement = statement.where(JobRow.kind == kind)
    if before is not None:
        statement = statement.where(JobRow.id < before)
    return [_record(row) for row in (await session.execute(statement)).scalars()]


async def take(session: Session, job_id: UUID) -> Lease | None:
    """Begin an attempt; None when the job is over, leased, cancelled or out of attempts."""
    token = new_id()
    lapsed = and_(JobRow.state == RUNNING, JobRow.due_at < func.clock_timestamp())
    taken = await _change(
        session,
        JobRow.id == job_id,
        or_(JobRow.state == QUEUED, lapsed),
        JobRow.attempts < MAX_ATTEMPTS,
        JobRow.cancel_requested.is_(False),
        state=RUNNING,
        attempts=JobRow.attempts + 1,
        lease_owner=token,
        due_at=_after(LEASE),
        started_at=func.coalesce(JobRow.started_at, func.clock_timestamp()),
        error_code=None,
        error_message=None,
    )
    return None if taken is None else Lease(job_id, taken.kind, taken.subject_id, taken.attempts, token)


def _held(lease: Lease) -> ColumnElement[bool]:
    return and_(JobRow.id == lease.job_id, JobRow.lease_owner == lease.token, JobRow.state == RUNNING)


async def extend(session: Session, lease: Lease, **progress: object) -> JobRecord | None:
    """Show life, and perhaps progress; None when the lease is lost."""
    return await _change(session, _held(lease), due_at=_after(LEASE), **progress)


async def end(
    session: Session, lease: Lease, state: JobState, code: str | None = None, message: str | None = None
) -> JobRecord | None:
    """Reach a final state; None when the lease is lost."""
    return await _change(
        session,
        _held(lease),
        state=state.value,
        error_code=code,
        error_message=message,
        lease_owner=None,
        finished_at=func.clock_timestamp(),
    )


async def put_back(session: Session, lease: Lease, delay: timedelta, code: str) -> bool:
    """Give the attempt up and let the sweeper ring after a while; False when the lease is lost."""
    back = await _change(session, _held(lease), state=QUEUED, error_code=code, lease_owner=None, due_at=_after(delay))
    return back is not None


async def cancel_waiting(session: Session, job_id: UUID) -> JobRecord | None:
    """Cancel a job nobody works on."""
    return await _change(
        session,
        JobRow.id == job_id,
        JobRow.state == QUEUED,
        state=JobState.CANCELLED.value,
        cancel_requested=True,
        finished_at=func.clock_timestamp(),
    )


async def ask_to_stop(session: Session, job_id: UUID) -> JobRecord | None:
    """Leave word for a running job."""
    return await _change(session, JobRow.id == job_id, JobRow.state == RUNNING, cancel_requested=True)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found: jobs to ring for, and jobs it closed."""

    to_ring: list[JobRecord]
    closed: list[JobRecord]


async def sweep(session: Session, limit: int = 200) -> Swept:
    """Rows that are due: put back to be rung again, or closed when cancelled or out of attempts.

    Rows another sweeper holds are skipped, so that two schedulers ring once.
    """
    statement = (
        select(JobRow)
        .where(JobRow.state.in_([QUEUED, RUNNING]), JobRow.due_at < func.clock_timestamp())
        .order_by(JobRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = Swept([], [])
    for row in (await session.execute(statement)).scalars():
        row.lease_owner = None
        row.updated_at = now()
        if row.cancel_requested or row.attempts >= MAX_ATTEMPTS:
            row.state = (JobState.CANCELLED if row.cancel_requested else JobState.FAILED).value
            row.error_code = None if row.cancel_requested else "job_gave_up"
            row.finished_at = now()
            found.closed.append(_record(row))
        else:
            row.state = QUEUED
            row.rings += 1
            found.to_ring.append(_record(row))
            row.due_at = _after(ring_gap(row.rings))
    await session.flush()
    return found
