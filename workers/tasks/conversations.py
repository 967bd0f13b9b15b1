"""Tasks of the conversations room."""

from app.conversations import ConversationTools
from app.conversations.attachments import AttachmentTools, tidy_uploads
from app.conversations.word_index import index_words
from workers.celery_app import task
from workers.runtime import run


@task("attachments.tidy", time_limit_s=120)
def tidy_attachments() -> None:
    """Forgets files that were uploaded and never sent."""
    run(lambda tools: tidy_uploads(tools(AttachmentTools)))


@task("conversations.index_words", time_limit_s=60)
def index_what_was_said() -> None:
    """Indexes the words of conversations in which something new was said."""
    run(lambda tools: index_words(tools(ConversationTools).database))
