"""The job queue on Celery and Redis: rings bells."""

import asyncio

from celery import Celery

from app.adapters.celery_settings import RING_TIMEOUT_S, SETTINGS, broker_url
from app.kernel.errors import Unavailable
from app.kernel.jobs import Job


class CeleryQueue:
    """Rings over one Celery client; sending blocks for about a millisecond, so it happens in a thread."""

    def __init__(self, redis_url: str) -> None:
        self._celery = Celery("kefu", broker=broker_url(redis_url), set_as_current=False)
        self._celery.conf.update(SETTINGS)

    async def ring(self, job: Job) -> None:
        """See the port. Raises Unavailable when the broker does not take it in time."""
        try:
            await asyncio.wait_for(asyncio.to_thread(self._send, job), RING_TIMEOUT_S)
        except Exception as error:
            raise Unavailable from error

    def _send(self, job: Job) -> None:
        self._celery.send_task(
            job.name, args=[str(job.subject_id)], queue=job.queue, expires=job.expires_s, retry=False
        )

    def close(self) -> None:
        """Closes the connections to the broker."""
        self._celery.close()
