"""SQL of runs: opening, ending, counting and reporting them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.feeds.domain import OPEN_STATES, Counts, Entry, Outcome, Role, Run, RunState
from app.knowledge.feeds.tables import FeedEntryRow, FeedRunRow
from app.knowledge.tables import DocumentRow

RUNS_KEPT = 30


def _run(row: FeedRunRow, counts: Counts) -> Run:
    return Run(
        id=row.id,
        feed_id=row.feed_id,
        job_id=row.job_id,
        state=RunState(row.state),
        by_hand=row.by_hand,
        started_by=row.started_by,
        capped=row.capped,
        complete=row.complete,
        error_code=row.error_code,
        counts=counts,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


async def open_run(session: Session, feed_id: UUID, by_hand: bool, by: str) -> UUID | None:
    """A new run; None while one is open."""
    statement = (
        insert(FeedRunRow)
        .values(id=new_id(), feed_id=feed_id, state="queued", by_hand=by_hand, started_by=by, created_at=now())
        .values(capped=False, complete=True)
        .on_conflict_do_nothing(index_elements=["feed_id"], index_where=FeedRunRow.state.in_(OPEN_STATES))
        .returning(FeedRunRow.id)
    )
    found: UUID | None = (await session.execute(statement)).scalar_one_or_none()
    return found


async def set_job(session: Session, run_id: UUID, job_id: UUID) -> None:
    """The job that does the run."""
    await session.execute(update(FeedRunRow).where(FeedRunRow.id == run_id).values(job_id=job_id))


async def open_run_of(session: Session, feed_id: UUID) -> Run | None:
    """The run that waits or is under way."""
    row = await session.scalar(
        select(FeedRunRow).where(FeedRunRow.feed_id == feed_id, FeedRunRow.state.in_(OPEN_STATES))
    )
    return None if row is None else _run(row, Counts())


async def begin_run(session: Session, run_id: UUID) -> Run | None:
    """From now on it is under way; None when it is over or gone."""
    statement = (
        update(FeedRunRow)
        .where(FeedRunRow.id == run_id, FeedRunRow.state.in_(OPEN_STATES))
        .values(state=RunState.RUNNING.value)
        .returning(FeedRunRow)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else _run(row, (await count_entries(session, [row.id]))[row.id])


async def note_run(session: Session, run_id: UUID, *, capped: bool = False, complete: bool = True) -> None:
    """Remembers that there was more than was taken, or that a list could not be read."""
    noted: dict[str, bool] = ({"capped": True} if capped else {}) | ({} if complete else {"complete": False})
    if noted:
        await session.execute(update(FeedRunRow).where(FeedRunRow.id == run_id).values(**noted))


async def end_run(session: Session, run_id: UUID, state: RunState, code: str | None = None) -> None:
    """Over, if it was not already; runs of long ago are forgotten."""
    statement = (
        update(FeedRunRow)
        .where(FeedRunRow.id == run_id, FeedRunRow.state.in_(OPEN_STATES))
        .values(state=state.value, error_code=code, finished_at=now())
        .returning(FeedRunRow.feed_id)
    )
    feed_id = (await session.execute(statement)).scalar_one_or_none()
    if feed_id is not None:
        kept = select(FeedRunRow.id).where(FeedRunRow.feed_id == feed_id).order_by(FeedRunRow.id.desc())
        await session.execute(
            delete(FeedRunRow).where(FeedRunRow.feed_id == feed_id, FeedRunRow.id.not_in(kept.limit(RUNS_KEPT)))
        )


async def find_run(session: Session, feed_id: UUID, run_id: UUID) -> Run | None:
    """One run of a source."""
    row = await session.scalar(select(FeedRunRow).where(FeedRunRow.id == run_id, FeedRunRow.feed_id == feed_id))
    return None if row is None else _run(row, (await count_entries(session, [run_id]))[run_id])


async def list_runs(session: Session, feed_id: UUID, before: UUID | None, limit: int) -> list[Run]:
    """Newest first."""
    statement = select(FeedRunRow).where(FeedRunRow.feed_id == feed_id).order_by(FeedRunRow.id.desc()).limit(limit)
    rows = list(await session.scalars(statement.where(FeedRunRow.id < before) if before else statement))
    counts = await count_entries(session, [row.id for row in rows])
    return [_run(row, counts[row.id]) for row in rows]


async def newest_runs(session: Session, feed_ids: Sequence[UUID]) -> dict[UUID, Run]:
    """The last run of each source."""
    statement = (
        select(FeedRunRow)
        .where(FeedRunRow.feed_id.in_(feed_ids))
        .ext(distinct_on(FeedRunRow.feed_id))
        .order_by(FeedRunRow.feed_id, FeedRunRow.id.desc())
    )
    rows = list(await session.scalars(statement))
    counts = await count_entries(session, [row.id for row in rows])
    return {row.feed_id: _run(row, counts[row.id]) for row in rows}


async def count_entries(session: Session, run_ids: Sequence[UUID]) -> dict[UUID, Counts]:
    """How the addresses of runs ended; lists that were opened without trouble are not counted."""
    entry = FeedEntryRow
    statement = (
        select(entry.run_id, entry.outcome, func.count())
        .where(entry.run_id.in_(run_ids), (entry.role == Role.ITEM.value) | (entry.outcome == Outcome.FAILED.value))
        .group_by(entry.run_id, entry.outcome)
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for run_id, outcome, number in await session.execute(statement):
        found[run_id][outcome or "waiting"] = number
    return defaultdict(Counts, {run_id: Counts(**numbers) for run_id, numbers in found.items()})


async def list_entries(session: Session, run_id: UUID, outcomes: Sequence[str], after: int, limit: int) -> list[Entry]:
    """The report, in the order of the run, with how each document stands now."""
    entry, document = FeedEntryRow, DocumentRow
    statement = (
        select(
            entry.id, entry.address, entry.outcome, entry.code, entry.values, entry.document_id,
            document.status, document.error_code, document.error_values, document.title, entry.at,
        )
        .outerjoin(document, (document.id == entry.document_id) & document.deleted_at.is_(None))
        .where(
            entry.run_id == run_id,
            entry.id > after,
            (entry.role == Role.ITEM.value) | (entry.outcome == Outcome.FAILED.value),
        )
        .order_by(entry.id)
        .limit(limit)
    )  # fmt: skip
    if outcomes:
        statement = statement.where(entry.outcome.in_(outcomes))
    return [_entry(found) for found in await session.execute(statement)]


def _entry(row: Any) -> Entry:
    number, address, outcome, code, values, document_id, state, error, error_values, title, at = row
    return Entry(
        id=number,
        address=address,
        outcome=Outcome(outcome) if outcome else None,
        code=code,
        values=values,
        document_id=document_id,
        document_state=state,
        document_error=error,
        document_error_values=error_values or {},
        document_title=title,
        at=at,
    )
