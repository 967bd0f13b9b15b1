"""What a job is: its states, its lease, and how long everything may take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=20)
HEARTBEAT_S = 4.0
FIRST_RING_GRACE = timedelta(seconds=30)
"""How long a fresh row waits for its first bell before the sweeper rings again."""
LONGEST_RING_GAP = timedelta(minutes=10)
RETRY_DELAY = timedelta(seconds=5)
"""Before the second attempt; doubled before the third."""


class JobState(StrEnum):
    """The five states; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One row as others see it. `kind` is the task's name, `subject_id` the row the work is about."""

    id: UUID
    kind: str
    queue: str
    subject_id: UUID
    state: JobState
    done: int
    total: int
    unit: str
    error_code: str | None
    error_message: str | None
    attempts: int
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one attempt to work on a job until it lapses; `token` fences every write."""

    job_id: UUID
    kind: str
    subject_id: UUID
    attempt: int
    token: UUID


def ring_gap(rings: int) -> timedelta:
    """The wait before the next bell for a row nobody took: doubling, at most ten minutes."""
    return min(FIRST_RING_GRACE * (1 << min(rings, 10)), LONGEST_RING_GAP)


def retry_delay(attempt: int) -> timedelta:
    """The wait after a failed attempt, counted from 1."""
    return RETRY_DELAY * (1 << (attempt - 1))
