"""Tasks of sources."""

from uuid import UUID

from app.knowledge.feeds import FeedTools, start_due, sync_feed
from workers.celery_app import task
from workers.runtime import run


@task("sync_source", time_limit_s=86_400)
def read_source(job_id: str) -> None:
    """Does or resumes one run of a source."""
    run(lambda tools: sync_feed(tools(FeedTools), UUID(job_id)))


@task("feeds.start_due", time_limit_s=60)
def start_those_due() -> None:
    """Starts the sources whose time has come."""
    run(lambda tools: start_due(tools(FeedTools)))
