"""Wire shapes of jobs."""

from datetime import datetime
from typing import Self
from uuid import UUID

from app.jobs.domain import JobRecord, JobState
from app.jobs.service import error_text_key
from app.kernel.texts import text
from app.kernel.wire import Wire


class Progress(Wire):
    """How far a job is; `total` 0 means not known yet."""

    done: int
    total: int
    unit: str


class JobError(Wire):
    """Why a job failed: a stable code and a sentence for people."""

    code: str
    message: str


class JobView(Wire):
    """One job."""

    job_id: UUID
    kind: str
    subject_id: UUID
    state: JobState
    progress: Progress
    error: JobError | None = None
    attempts: int
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: JobRecord, locale: str) -> Self:
        """The record as the contract shows it."""
        key = error_text_key(job)
        return cls(
            job_id=job.id,
            kind=job.kind,
            subject_id=job.subject_id,
            state=job.state,
            progress=Progress(done=job.done, total=job.total, unit=job.unit),
            error=JobError(code=job.error_code or "", message=job.error_message or text(key, locale)) if key else None,
            attempts=job.attempts,
            cancel_requested=job.cancel_requested,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
        )
