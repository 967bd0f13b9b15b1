"""How waits went: kept or not, median and ninth tenth, by the wall clock and by the calendar.

Source: the metrics of support platforms: FRT as customers feel it (escalation to the first human text) is the first
reply's clock, an agent's reaction is from assignment to the first text.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from app.accounts import Company
from app.escalation.calendars import time_between
from app.escalation.calendars.service import default_calendar
from app.escalation.sla.domain import ClockKind
from app.escalation.sla.store import results as store
from app.kernel.clock import now
from app.kernel.database import Session

MOST_REACTIONS = 5_000


@dataclass(frozen=True)
class KindResult:
    """One kind of wait. Units: seconds; `open` is the calendar's time."""

    kind: str
    met: int = 0
    breached: int = 0
    cancelled: int = 0
    warned: int = 0
    reached: int = 0
    median_s: float | None = None
    p90_s: float | None = None
    median_open_s: float | None = None
    p90_open_s: float | None = None


@dataclass(frozen=True)
class Results:
    """All kinds, and how soon agents said something after it was theirs."""

    days: int
    kinds: tuple[KindResult, ...]
    reaction: KindResult


async def read_results(session: Session, company: Company, days: int) -> Results:
    """How the waits went that ended in the last days."""
    since = now() - timedelta(days=days)
    found = await store.count_kinds(session, since)
    kinds = tuple(KindResult(kind, **found.get(kind, {})) for kind in ClockKind)
    return Results(days, kinds, await _reaction(session, company, since))


async def _reaction(session: Session, company: Company, since: datetime) -> KindResult:
    pairs = await store.reactions(session, since, MOST_REACTIONS)
    calendar = await default_calendar(session, company)
    wall = [(end - start).total_seconds() for start, end in pairs]
    counted = [time_between(calendar, start, end).total_seconds() for start, end in pairs]
    (median, p90), (median_open, p90_open) = _spread(wall), _spread(counted)
    return KindResult(
        "reaction",
        reached=len(pairs),
        median_s=median,
        p90_s=p90,
        median_open_s=median_open,
        p90_open_s=p90_open,
    )


def _spread(seconds: list[float]) -> tuple[float | None, float | None]:
    if len(seconds) < 2:
        only = seconds[0] if seconds else None
        return only, only
    tenths = quantiles(seconds, n=10, method="inclusive")
    return tenths[4], tenths[8]
