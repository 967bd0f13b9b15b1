"""Tasks of the knowledge room."""

from uuid import UUID

from app.knowledge import DocumentTools, ingest_document
from workers.celery_app import task
from workers.runtime import run


@task("ingest_document", time_limit_s=1800)
def read_document_in(job_id: str) -> None:
    """Parses, splits, embeds and indexes a document."""
    run(lambda tools: ingest_document(tools(DocumentTools), UUID(job_id)))
