"""The Celery application of the scheduler: it only rings, so it imports no task and no room."""

from celery import Celery

from app.adapters.celery_settings import SETTINGS, broker_url
from app.kernel.settings import load_settings
from workers.schedule import SCHEDULE

settings = load_settings()
assert settings.redis_url is not None, "the scheduler needs KEFU_REDIS_URL; `kefu up` sets it"
beat_app = Celery("kefu", broker=broker_url(settings.redis_url))
beat_app.conf.update(SETTINGS, beat_schedule=SCHEDULE, timezone="UTC", enable_utc=True)
