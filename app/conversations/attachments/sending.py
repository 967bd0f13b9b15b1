"""Files on their way with a message: checked and told with it, and the bot's honest word that it cannot read them."""

from collections.abc import Sequence
from uuid import UUID

from app.conversations.attachments import store
from app.conversations.attachments.domain import Attachment
from app.conversations.attachments.errors import AttachmentGone
from app.conversations.bulletin import Bulletin, log_events
from app.conversations.domain import NewEvent, Thread
from app.conversations.store.transcripts import add_bot_line
from app.kernel.clock import iso, now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.kernel.texts import text


async def claim(session: Session, conversation_id: UUID, ids: Sequence[UUID], uploaded_by: str) -> list[Attachment]:
    """The files a message is sent with. Raises AttachmentGone."""
    if not ids:
        return []
    found = await store.lock_unsent(session, conversation_id, ids, uploaded_by)
    if len(found) != len(ids):
        raise AttachmentGone
    return found


async def say_unread(session: Session, bulletin: Bulletin, thread: Thread) -> None:
    """The bot says that it can open none of them, and that people can."""
    message_id, at = new_id(), now()
    said = text("answers.cannot_read_files", thread.locale)
    data = {"message_id": str(message_id), "role": "bot", "created_at": iso(at)}
    event = NewEvent("message.created", data, message_id, {"text": said}, actor="bot")
    [logged] = await log_events(session, bulletin, thread.id, [event])
    await add_bot_line(session, thread.id, message_id, logged.seq, said, at)
