"""Tasks of the feedback room."""

from uuid import UUID

from app.feedback import GapTools, PublishingTools, do_grouping, do_publication, tend_gaps
from workers.celery_app import task
from workers.runtime import run


@task("correction_publish", time_limit_s=3600)
def publish_correction(job_id: str) -> None:
    """Tries a correction, and publishes it when it is accepted and nothing becomes worse."""
    run(lambda tools: do_publication(tools(PublishingTools), UUID(job_id)))


@task("gaps_group", time_limit_s=3600)
def group_questions(job_id: str) -> None:
    """Puts failed questions into their gaps."""
    run(lambda tools: do_grouping(tools(GapTools), UUID(job_id)))


@task("gaps.tend", time_limit_s=60)
def call_for_grouping() -> None:
    """Rings for the grouping when questions wait."""
    run(lambda tools: tend_gaps(tools(GapTools)))
