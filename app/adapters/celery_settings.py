"""What ringers, workers and the scheduler must agree on; imports nothing heavy, so that the scheduler stays small."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

QUEUES = ("default", "ingest", "embed", "train")
RING_TIMEOUT_S = 1.5

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
        "socket_connect_timeout": 3,
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
