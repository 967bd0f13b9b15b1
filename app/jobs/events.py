"""Facts the jobs room announces."""

from dataclasses import dataclass
from uuid import UUID

from app.jobs.domain import JobState


@dataclass(frozen=True, slots=True)
class JobStopped:
    """The jobs room ended a job the work itself did not end: cancelled, failed, or given up after three attempts."""

    job_id: UUID
    kind: str
    subject_id: UUID
    state: JobState
    code: str | None
