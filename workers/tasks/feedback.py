"""Tasks of the feedback room."""

from uuid import UUID

from app.feedback import PublishingTools, do_publication
from workers.celery_app import task
from workers.runtime import run


@task("correction_publish", time_limit_s=3600)
def publish_correction(job_id: str) -> None:
    """Tries a correction, and publishes it when it is accepted and nothing becomes worse."""
    run(lambda tools: do_publication(tools(PublishingTools), UUID(job_id)))
