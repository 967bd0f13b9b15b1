"""What can be done with attachments: upload, read, take back, and erase."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.conversations.attachments import store
from app.conversations.attachments.domain import (
    MOST_A_CONVERSATION,
    UNSENT_LASTS,
    Attachment,
    Upload,
    folder_of,
)
from app.conversations.attachments.errors import AttachmentEmpty, AttachmentTooLarge, TooManyAttachments
from app.conversations.attachments.kinds import kind_of, name_of
from app.conversations.attachments.ports import Pictures
from app.conversations.service import ConversationTools
from app.kernel.blobs import BlobStore
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.limits import Allowance

UPLOADS = Allowance("attachments", per_minute=20)  # by conversation and uploader
SWEPT_AT_ONCE = 200


@dataclass(frozen=True)
class AttachmentTools:
    """Conversations, where bytes are kept, and who opens pictures. limit_mb: the largest file, in MiB."""

    conversations: ConversationTools
    blobs: BlobStore
    pictures: Pictures
    limit_mb: int


async def keep_upload(tools: AttachmentTools, conversation_id: UUID, uploaded_by: str, upload: Upload) -> Attachment:
    """Checks and keeps a file until it is sent.

    Raises AttachmentTooLarge, AttachmentEmpty, AttachmentUnsupported, AttachmentBroken, TooManyAttachments,
    TooManyRequests, StorageFull, Unavailable.
    """
    await tools.conversations.limits.take(UPLOADS, f"{conversation_id}:{uploaded_by}")
    if len(upload.data) > tools.limit_mb * 1024 * 1024:
        raise AttachmentTooLarge(limit_mb=tools.limit_mb)
    if not upload.data:
        raise AttachmentEmpty
    kind = kind_of(upload)
    picture = await tools.pictures(upload.data, kind.media_type) if kind.is_picture else None
    data = picture.data if picture else upload.data
    attachment = Attachment(
        id=new_id(),
        conversation_id=conversation_id,
        name=name_of(upload, kind),
        media_type=kind.media_type,
        size=len(data),
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        uploaded_by=uploaded_by,
    )
    # Bytes first: a row without them would be a lie, bytes without a row are swept with their conversation.
    await tools.blobs.put(attachment.key, data)
    if picture is not None:
        await tools.blobs.put(attachment.thumbnail_key, picture.thumbnail)
    async with tools.conversations.database.transaction() as session:
        kept = await store.add_attachment(session, attachment, MOST_A_CONVERSATION)
    if not kept:
        await _delete(tools.blobs, [attachment])
        raise TooManyAttachments(n=MOST_A_CONVERSATION)
    return attachment


async def read_attachment(
    tools: AttachmentTools, conversation_id: UUID, attachment_id: UUID, *, small: bool = False
) -> tuple[Attachment, bytes]:
    """A file, or the small picture of one. Raises NotFound, Unavailable."""
    async with tools.conversations.database.reading() as session:
        found = await store.find_attachment(session, conversation_id, attachment_id)
    if found is None or (small and not found.is_picture):
        raise NotFound
    try:
        return found, await tools.blobs.get(found.thumbnail_key if small else found.key)
    except FileNotFoundError:
        raise NotFound from None


async def take_back(tools: AttachmentTools, conversation_id: UUID, attachment_id: UUID, uploaded_by: str) -> None:
    """Forgets a file that was uploaded and not sent. Raises NotFound."""
    async with tools.conversations.database.transaction() as session:
        dropped = await store.drop_unsent(session, conversation_id, attachment_id, uploaded_by)
    if dropped is None:
        raise NotFound
    await _delete(tools.blobs, [dropped])


async def tidy_uploads(tools: AttachmentTools) -> None:
    """Forgets what was uploaded a day ago and never sent; run again it goes on."""
    async with tools.conversations.database.transaction() as session:
        dropped = await store.drop_forgotten(session, now() - UNSENT_LASTS, SWEPT_AT_ONCE)
    await _delete(tools.blobs, dropped)


async def erase_attachments(tools: AttachmentTools, conversation_id: UUID) -> None:
    """Erases everything ever attached in a conversation, rows and bytes; run again it changes nothing."""
    async with tools.conversations.database.transaction() as session:
        await store.drop_all(session, conversation_id)
    await tools.blobs.delete_folder(folder_of(conversation_id))


async def _delete(blobs: BlobStore, dropped: Sequence[Attachment]) -> None:
    for one in dropped:
        await blobs.delete(one.key)
        if one.is_picture:
            await blobs.delete(one.thumbnail_key)
