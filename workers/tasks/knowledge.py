"""Tasks of the knowledge room."""

from uuid import UUID

from app.knowledge import DocumentTools, EmbedderTools, ingest_document, reembed
from workers.celery_app import task
from workers.runtime import run


@task("ingest_document", time_limit_s=1800)
def read_document_in(job_id: str) -> None:
    """Parses, splits, embeds and indexes a document."""
    run(lambda tools: ingest_document(tools(DocumentTools), UUID(job_id)))


@task("reembed", time_limit_s=86_400)
def fill_embedder(job_id: str) -> None:
    """Fills a future embedder and lets it take over."""
    run(lambda tools: reembed(tools(EmbedderTools), UUID(job_id)))
