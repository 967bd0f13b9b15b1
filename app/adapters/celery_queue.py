"""The job queue on Celery and Redis: rings bells."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from celery import Celery

from app.adapters.celery_settings import RING_TIMEOUT_S, SETTINGS, broker_url
from app.kernel.errors import Unavailable
from app.kernel.jobs import Job


class CeleryQueue:
    """Rings over one Celery client; sending blocks for about a millisecond, so it happens in threads of its own.

    With the broker away the Redis client inside tries for seven seconds and cannot be told otherwise; who rings
    waits `RING_TIMEOUT_S` at most, and the sweeper rings later.
    """

    def __init__(self, redis_url: str) -> None:
        self._celery = Celery("kefu", broker=broker_url(redis_url), set_as_current=False)
        self._celery.conf.update(SETTINGS)
        self._threads = ThreadPoolExecutor(2, "ring")

    async def ring(self, job: Job) -> None:
        """See the port. Raises Unavailable when the broker does not take it in time."""
        try:
            sending = asyncio.get_running_loop().run_in_executor(self._threads, self._send, job)
            await asyncio.wait_for(sending, RING_TIMEOUT_S)
        except Exception as error:
            raise Unavailable from error

    def _send(self, job: Job) -> None:
        self._celery.send_task(
            job.name, args=[str(job.subject_id)], queue=job.queue, expires=job.expires_s, retry=False
        )

    def close(self) -> None:
        """Closes the connections to the broker."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._celery.close()
