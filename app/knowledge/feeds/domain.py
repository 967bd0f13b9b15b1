"""What a source is: a folder, a page, a sitemap or a site read again and again; its runs and what they found."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID


class FeedKind(StrEnum):
    """Where a source's content comes from."""

    FOLDER = "folder"
    PAGE = "page"
    SITEMAP = "sitemap"
    SITE = "site"


class Schedule(StrEnum):
    """How often a source is read without being asked."""

    OFF = "off"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class WhenMissing(StrEnum):
    """What becomes of a document whose original is gone."""

    KEEP = "keep"
    MARK = "mark"
    DELETE = "delete"


class Outcome(StrEnum):
    """How one address of a run ended."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GONE = "gone"
    SKIPPED = "skipped"
    FAILED = "failed"


class RunState(StrEnum):
    """The states of a run; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """What an address of a run is: a list of addresses to open up, or something to take in."""

    LIST = "list"
    ITEM = "item"


OPEN_STATES = (RunState.QUEUED.value, RunState.RUNNING.value)
INTERVALS = {
    Schedule.HOURLY: timedelta(hours=1),
    Schedule.DAILY: timedelta(days=1),
    Schedule.WEEKLY: timedelta(days=7),
}


def next_run(schedule: Schedule, after: datetime) -> datetime | None:
    """When a source is due again; None when it is read by hand only."""
    interval = INTERVALS.get(schedule)
    return after + interval if interval else None


@dataclass(frozen=True)
class FeedValues:
    """What an admin decides about a source. max_depth: links or nested sitemaps followed; max_pages: items at most."""

    base_id: UUID
    name: str
    kind: FeedKind
    address: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    schedule: Schedule = Schedule.OFF
    max_depth: int = 2
    max_pages: int = 500
    when_missing: WhenMissing = WhenMissing.KEEP
    show_address: bool = True
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How the addresses of a run ended; `waiting` are still to be looked at."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    skipped: int = 0
    failed: int = 0
    waiting: int = 0

    @property
    def done(self) -> int:
        """Those that ended."""
        return self.added + self.changed + self.unchanged + self.gone + self.skipped + self.failed


@dataclass(frozen=True)
class Run:
    """One reading of a source. `capped`: there was more than the source may take; `complete`: every list was read."""

    id: UUID
    feed_id: UUID
    job_id: UUID | None
    state: RunState
    by_hand: bool
    started_by: str
    capped: bool
    complete: bool
    error_code: str | None
    counts: Counts
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class Feed:
    """A source with its newest run. `documents`: how many it holds, `missing`: of those, whose original is gone."""

    id: UUID
    version: int
    values: FeedValues
    created_by: str
    created_at: datetime
    updated_at: datetime
    next_run_at: datetime | None
    documents: int = 0
    missing: int = 0
    last_run: Run | None = None


@dataclass(frozen=True)
class Item:
    """What is remembered of an address between runs. `fresh`: its document still has the bytes that were taken.

    trouble: why those very bytes could not be read in, and never will be.
    """

    address: str
    document_id: UUID | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    canonical: str | None = None
    links: tuple[str, ...] = ()
    state: str = "present"
    fresh: bool = False
    trouble: str | None = None
    trouble_values: dict[str, Any] = field(default_factory=dict)

    @property
    def unchanged(self) -> "Ended":
        """How its address ends when it has the same bytes again."""
        if self.trouble is not None:
            return Ended(Outcome.FAILED, self.trouble, self.trouble_values, self.document_id)
        return Ended(Outcome.UNCHANGED, document_id=self.document_id)


@dataclass(frozen=True)
class Task:
    """One address of a run that is still to be looked at."""

    id: int
    address: str
    role: Role
    depth: int


@dataclass(frozen=True)
class Ended:
    """How one address ended: the outcome, the stable code of the reason, and values for its sentence."""

    outcome: Outcome
    code: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    document_id: UUID | None = None


@dataclass(frozen=True)
class Entry:
    """One line of a run's report; `document_state` is how the document stands now."""

    id: int
    address: str
    outcome: Outcome | None
    code: str | None
    values: dict[str, Any]
    document_id: UUID | None
    document_state: str | None
    document_error: str | None
    document_error_values: dict[str, Any]
    document_title: str | None
    at: datetime | None
