"""Tasks of the knowledge room."""

from uuid import UUID

from app.knowledge import (
    DocumentTools,
    EmbedderTools,
    index_document,
    ingest_document,
    mark_due_reviews,
    read_draft_in,
    tend,
    work,
)
from workers.celery_app import task
from workers.runtime import run


@task("ingest_document", time_limit_s=1800)
def read_document_in(job_id: str) -> None:
    """Parses, splits, embeds and indexes a document."""
    run(lambda tools: ingest_document(tools(DocumentTools), UUID(job_id)))


@task("draft_document", time_limit_s=1800)
def read_draft(job_id: str) -> None:
    """Parses a document with other settings, beside what search serves."""
    run(lambda tools: read_draft_in(tools(DocumentTools), UUID(job_id)))


@task("embed_parts", time_limit_s=86_400)
def share_in_filling(run_id: str) -> None:
    """Takes parts of an embedder's run for a while: shards to fill, then its index, threshold and comparison."""
    run(lambda tools: work(tools(EmbedderTools), UUID(run_id)))


@task("embed_tend", time_limit_s=60)
def call_hands_again() -> None:
    """Rings for a run whose workers died or whose bells were lost."""
    run(lambda tools: tend(tools(EmbedderTools)))


@task("index_document", time_limit_s=3600)
def put_document_back(job_id: str) -> None:
    """Puts an enabled document back into the index."""
    run(lambda tools: index_document(tools(DocumentTools), UUID(job_id)))


@task("knowledge.mark_due_reviews", time_limit_s=60)
def remind_of_reviews() -> None:
    """Marks documents whose review date has come."""
    run(lambda tools: mark_due_reviews(tools(DocumentTools).database))
