"""Ringing for background work: a job is a name, a queue and an id; the row it points to is the truth."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.kernel.database import Session, after_commit


@dataclass(frozen=True)
class Job:
    """A call for a worker: `name` is the task, `subject_id` the row it works on; nothing else travels."""

    name: str
    queue: str
    subject_id: UUID
    expires_s: int = 24 * 3600


class JobQueue(Protocol):
    """Where jobs are rung; the Celery adapter in production."""

    async def ring(self, job: Job) -> None:
        """Asks any worker of the queue to run the job. May be called twice for the same row. Raises Unavailable."""
        ...


def ring(session: Session, queue: JobQueue, job: Job) -> None:
    """Rings once the session's transaction is committed."""

    async def call() -> None:
        await queue.ring(job)

    after_commit(session, call)
