"""Tasks of FAQs: reports and writings of large files, and pairs that mean the same."""

from uuid import UUID

from app.knowledge import FaqTools, find_pairs, read_import, write_import
from workers.celery_app import task
from workers.runtime import run


@task("faq_import_read", time_limit_s=1800)
def read_file(job_id: str) -> None:
    """Makes the report of a large file."""
    run(lambda tools: read_import(tools(FaqTools), UUID(job_id)))


@task("faq_import_write", time_limit_s=3600)
def write_file(job_id: str) -> None:
    """Writes a large import in one transaction."""
    run(lambda tools: write_import(tools(FaqTools), UUID(job_id)))


@task("faq_pairs", time_limit_s=1800)
def compare(job_id: str) -> None:
    """Finds FAQs that mean the same."""
    run(lambda tools: find_pairs(tools(FaqTools), UUID(job_id)))
