"""The job queue on Celery and Redis: rings bells; and the settings that workers and ringers must share."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

from celery import Celery

from app.kernel.errors import Unavailable
from app.kernel.jobs import Job

QUEUES = ("default", "ingest", "embed", "train")
RING_TIMEOUT_S = 3.0

SETTINGS: dict[str, Any] = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_ignore_result": True,
    "task_default_queue": "default",
    "worker_prefetch_multiplier": 1,
    "worker_soft_shutdown_timeout": 5,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {
        # A job that runs longer is rung twice, which its lease makes harmless.
        "visibility_timeout": 3600,
        # Without these two a message lost with its worker comes back up to 100 s late.
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "global_keyprefix": "kefu:",
        "socket_connect_timeout": RING_TIMEOUT_S,
        "socket_timeout": 30,
    },
}


def broker_url(redis_url: str) -> str:
    """The Redis of `redis_url` as Celery writes it; a unix socket has a spelling of its own there."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://:{parts.password or ''}@{parts.path}?virtual_host={number}"


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
