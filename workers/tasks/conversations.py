"""Tasks of the conversations room."""

from app.conversations.attachments import AttachmentTools, tidy_uploads
from workers.celery_app import task
from workers.runtime import run


@task("attachments.tidy", time_limit_s=120)
def tidy_attachments() -> None:
    """Forgets files that were uploaded and never sent."""
    run(lambda tools: tidy_uploads(tools(AttachmentTools)))
