"""Jobs: rows of background work with lease, progress and cancel. Open one, or do one with `run_job`."""

from app.jobs.domain import JobRecord, JobState, Lease
from app.jobs.errors import JobCancelled, JobEnded, LeaseLost
from app.jobs.events import JobStopped
from app.jobs.service import (
    JobTools,
    cancel_job,
    claim,
    fail,
    finish,
    get_job,
    list_jobs,
    open_job,
    re_ring_stuck,
    report_progress,
    run_job,
)

__all__ = [
    "JobCancelled",
    "JobEnded",
    "JobRecord",
    "JobState",
    "JobStopped",
    "JobTools",
    "Lease",
    "LeaseLost",
    "cancel_job",
    "claim",
    "fail",
    "finish",
    "get_job",
    "list_jobs",
    "open_job",
    "re_ring_stuck",
    "report_progress",
    "run_job",
]
