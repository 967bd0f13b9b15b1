"""SQL of clocks: the open ones of a conversation, those that are due, those to be reckoned anew."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.escalation.queues.domain import Priority
from app.escalation.sla.domain import Clock, ClockKind, Facts, Mode, Outcome
from app.escalation.sla.tables import ClockRow
from app.kernel.database import Session

_DUE = text(
    """SELECT DISTINCT conversation_id FROM (
        (SELECT conversation_id FROM sla_clock WHERE ended_at IS NULL AND warned_at IS NULL AND warn_at <= :at
            ORDER BY warn_at LIMIT :limit)
        UNION ALL
        (SELECT conversation_id FROM sla_clock WHERE ended_at IS NULL AND breached_at IS NULL AND due_at <= :at
            ORDER BY due_at LIMIT :limit)
    ) due LIMIT :limit"""
)
_STALE = text("SELECT DISTINCT conversation_id FROM sla_clock WHERE stale AND ended_at IS NULL LIMIT :limit")


def _clock(row: ClockRow) -> Clock:
    return Clock(
        id=row.id,
        conversation_id=row.conversation_id,
        kind=ClockKind(row.kind),
        modes=tuple((datetime.fromisoformat(at), Mode(mode)) for at, mode in row.modes),
        facts=Facts(row.group_id, Priority(row.priority), row.tier),
        policy_id=row.policy_id,
        policy_name=row.policy_name,
        target_s=row.target_s,
        used_s=row.used_s,
        due_at=row.due_at,
        warn_at=row.warn_at,
        warned_at=row.warned_at,
        breached_at=row.breached_at,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        reached=row.reached,
        marks=tuple(row.marks),
    )


def _values(clock: Clock) -> dict[str, Any]:
    return {
        "conversation_id": clock.conversation_id,
        "kind": clock.kind.value,
        "modes": [[at.isoformat(), mode.value] for at, mode in clock.modes],
        "group_id": clock.facts.group_id,
        "priority": int(clock.facts.priority),
        "tier": clock.facts.tier,
        "policy_id": clock.policy_id,
        "policy_name": clock.policy_name,
        "target_s": clock.target_s,
        "used_s": clock.used_s,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "warn_at": clock.warn_at,
        "warned_at": clock.warned_at,
        "breached_at": clock.breached_at,
        "ended_at": clock.ended_at,
        "outcome": clock.outcome.value if clock.outcome else None,
        "reached": clock.reached,
        "marks": list(clock.marks),
        "stale": False,
    }


async def open_clocks(session: Session, conversation_id: UUID) -> list[Clock]:
    """What is waited for in a conversation, whose row is locked by then."""
    wanted = select(ClockRow).where(ClockRow.conversation_id == conversation_id, ClockRow.ended_at.is_(None))
    found = await session.scalars(wanted.execution_options(populate_existing=True))
    return [_clock(row) for row in found]


async def clocks_of(session: Session, conversation_id: UUID) -> list[Clock]:
    """Every clock of a conversation, the oldest first."""
    wanted = select(ClockRow).where(ClockRow.conversation_id == conversation_id)
    return [_clock(row) for row in await session.scalars(wanted.order_by(ClockRow.started_at, ClockRow.kind))]


async def put_clocks(session: Session, clocks: Iterable[Clock]) -> None:
    """Stores clocks, new or known; those that ended first, so that a kind may start again."""
    for clock in sorted(clocks, key=lambda one: one.ended_at is None):
        values = _values(clock)
        statement = insert(ClockRow).values(id=clock.id, **values)
        await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def mark_stale(session: Session) -> None:
    """Policies or calendars changed: every open clock is to be reckoned anew."""
    await session.execute(update(ClockRow).where(ClockRow.ended_at.is_(None)).values(stale=True))


async def stale_conversations(session: Session, limit: int) -> Sequence[UUID]:
    """Conversations with clocks to be reckoned anew."""
    return list((await session.execute(_STALE, {"limit": limit})).scalars())


async def due_conversations(session: Session, at: datetime, limit: int) -> Sequence[UUID]:
    """Conversations with a warning or a breach that is not told yet."""
    return list((await session.execute(_DUE, {"at": at, "limit": limit})).scalars())
