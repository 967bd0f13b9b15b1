"""Tasks of the training room."""

from uuid import UUID

from app.training import TrainingTools, do_run
from workers.celery_app import task
from workers.runtime import run

A_WEEK_S = 7 * 86_400


@task("training.fine_tune", time_limit_s=A_WEEK_S)
def fine_tune(job_id: str) -> None:
    """Does or resumes one fine-tune."""
    run(lambda tools: do_run(tools(TrainingTools), UUID(job_id)))
