"""SQL of results: clocks that ended, and how soon agents reacted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.kernel.database import Session

_KINDS = text(
    """SELECT kind, count(*) FILTER (WHERE outcome = 'met' AND target_s IS NOT NULL) AS met,
        count(*) FILTER (WHERE outcome = 'breached') AS breached,
        count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled,
        count(*) FILTER (WHERE warned_at IS NOT NULL) AS warned,
        count(*) FILTER (WHERE reached) AS reached,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at))
            FILTER (WHERE reached) AS median_s,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at))
            FILTER (WHERE reached) AS p90_s,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY used_s) FILTER (WHERE reached) AS median_open_s,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY used_s) FILTER (WHERE reached) AS p90_open_s
    FROM sla_clock WHERE ended_at > :since GROUP BY kind"""
)
_REACTIONS = text(
    """SELECT at, first_reply_at FROM assignment WHERE at > :since AND first_reply_at IS NOT NULL
    ORDER BY at DESC LIMIT :limit"""
)


async def count_kinds(session: Session, since: datetime) -> dict[str, dict[str, Any]]:
    """By kind what KindResult has."""
    found = [row._asdict() for row in await session.execute(_KINDS, {"since": since})]
    return {row.pop("kind"): row for row in found}


async def reactions(session: Session, since: datetime, limit: int) -> Sequence[tuple[datetime, datetime]]:
    """When it became somebody's, and when they first said something."""
    return [(row[0], row[1]) for row in await session.execute(_REACTIONS, {"since": since, "limit": limit})]
