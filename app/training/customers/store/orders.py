"""SQL of orders to erase a customer."""

from uuid import UUID

from sqlalchemy import select, text, update

from app.kernel.clock import now
from app.kernel.database import Session
from app.training.customers.domain import Erasure, Report, Wanted
from app.training.customers.tables import CustomerErasureRow


def _erasure(row: CustomerErasureRow) -> Erasure:
    return Erasure(
        row.id,
        row.job_id,
        row.reference,
        Wanted(row.wanted_user, row.wanted_thread),
        row.reason,
        row.ordered_by_name,
        row.ordered_at,
        row.ended_at,
        None if row.report is None else Report.from_dict(row.report),
    )


async def hold(session: Session, reference: str) -> None:
    """Makes others who order for the same customer wait until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:reference))"), {"reference": reference})


async def newest_open(session: Session, reference: str) -> Erasure | None:
    """The last order for a customer that is not done."""
    statement = (
        select(CustomerErasureRow)
        .where(CustomerErasureRow.reference == reference, CustomerErasureRow.ended_at.is_(None))
        .order_by(CustomerErasureRow.id.desc())
        .limit(1)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else _erasure(row)


async def add_erasure(
    session: Session, erasure_id: UUID, job_id: UUID, wanted: Wanted, reason: str, author: str
) -> Erasure:
    """A new order."""
    row = CustomerErasureRow(
        id=erasure_id,
        job_id=job_id,
        reference=wanted.reference,
        wanted_user=wanted.user_id,
        wanted_thread=wanted.conversation_id,
        reason=reason,
        ordered_by_name=author,
    )
    session.add(row)
    await session.flush()
    return _erasure(row)


async def find_erasure(session: Session, erasure_id: UUID) -> Erasure | None:
    """One order."""
    row = await session.get(CustomerErasureRow, erasure_id, populate_existing=True)
    return None if row is None else _erasure(row)


async def list_erasures(session: Session, before: UUID | None, limit: int) -> list[Erasure]:
    """Newest first, behind `before`."""
    statement = select(CustomerErasureRow).order_by(CustomerErasureRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(CustomerErasureRow.id < before)
    return [_erasure(row) for row in (await session.execute(statement)).scalars()]


async def end_erasure(session: Session, erasure: Erasure, report: Report) -> None:
    """Done: what it reports is kept; whom it was about is forgotten, also in orders that came to nothing before."""
    forget = update(CustomerErasureRow).where(CustomerErasureRow.reference == erasure.reference)
    await session.execute(forget.values(wanted_user=None, wanted_thread=None))
    done = update(CustomerErasureRow).where(CustomerErasureRow.id == erasure.id)
    await session.execute(done.values(report=report.as_dict(), ended_at=now()))
