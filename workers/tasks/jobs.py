"""Tasks of the jobs room."""

from app.jobs import JobTools, re_ring_stuck
from workers.celery_app import task
from workers.runtime import run


@task("jobs.re_ring_stuck", time_limit_s=60)
def ring_again() -> None:
    """Rings for rows nobody took."""
    run(lambda tools: re_ring_stuck(tools(JobTools)))
