"""Tasks of words."""

from uuid import UUID

from app.knowledge import WordsTools, reindex_words
from workers.celery_app import task
from workers.runtime import run


@task("words_reindex", time_limit_s=86_400)
def reindex(job_id: str) -> None:
    """Indexes passages anew whose protected terms changed."""
    run(lambda tools: reindex_words(tools(WordsTools), UUID(job_id)))
