"""Tasks of the knowledge room."""

from uuid import UUID

from app.knowledge import DocumentTools, EmbedderTools, index_document, ingest_document, mark_due_reviews, reembed
from workers.celery_app import task
from workers.runtime import run


@task("ingest_document", time_limit_s=1800)
def read_document_in(job_id: str) -> None:
    """Parses, splits, embeds and indexes a document."""
    run(lambda tools: ingest_document(tools(DocumentTools), UUID(job_id)))


@task("index_document", time_limit_s=3600)
def put_document_back(job_id: str) -> None:
    """Puts an enabled document back into the index."""
    run(lambda tools: index_document(tools(DocumentTools), UUID(job_id)))


@task("knowledge.mark_due_reviews", time_limit_s=60)
def remind_of_reviews() -> None:
    """Marks documents whose review date has come."""
    run(lambda tools: mark_due_reviews(tools(DocumentTools).database))


@task("reembed", time_limit_s=86_400)
def fill_embedder(job_id: str) -> None:
    """Fills a future embedder and lets it take over."""
    run(lambda tools: reembed(tools(EmbedderTools), UUID(job_id)))
