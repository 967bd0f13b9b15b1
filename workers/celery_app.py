"""The Celery application of workers, and the decorator that registers a task."""

from collections.abc import Callable
from typing import TypeVar

from celery import Celery

from app.adapters.celery_settings import SETTINGS, broker_url
from app.kernel.logging import configure_logging
from app.kernel.settings import load_settings

F = TypeVar("F", bound=Callable[..., None])
DEFAULT_TIME_LIMIT_S = 3600

settings = load_settings()
configure_logging(settings.log_level)
assert settings.redis_url is not None, "workers need KEFU_REDIS_URL; `kefu up` sets it"
celery_app = Celery("kefu", broker=broker_url(settings.redis_url), include=["workers.tasks"])
celery_app.conf.update(SETTINGS, timezone="UTC", enable_utc=True)


def task(name: str, time_limit_s: int = DEFAULT_TIME_LIMIT_S) -> Callable[[F], F]:
    """Registers a task under the name jobs are rung by; after the limit its process is ended."""

    def register(function: F) -> F:
        celery_app.task(name=name, time_limit=time_limit_s)(function)
        return function

    return register
