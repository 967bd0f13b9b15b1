"""Uploading, reading and taking back attachments: for the customer with the token, and for staff who may."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.conversations.access import AttachmentId, ConversationId, ConversationWriter, ViewedConversation
from app.conversations.attachments.domain import Attachment, Upload
from app.conversations.attachments.service import AttachmentTools, keep_upload, read_attachment, take_back
from app.kernel.web import as_download, tool
from app.kernel.wire import VisibleText, Wire

router = APIRouter(prefix="/api/v1/conversations/{conversation_id}/attachments", tags=["conversations"])
Tools = Annotated[AttachmentTools, tool(AttachmentTools)]
FileName = Annotated[VisibleText, Query(max_length=300, description="The file's name")]
BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"format": "binary"}}}}}
# Nothing in a file can run on our pages, whatever a browser takes it for.
LOCKED = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, max-age=86400, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class AttachmentView(Wire):
    """A file, as messages name it. size in bytes; width and height of a picture, which has a thumbnail."""

    attachment_id: UUID
    name: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None

    @classmethod
    def of(cls, attachment: Attachment) -> "AttachmentView":
        """The view of a file."""
        return cls.model_validate(attachment.told())


@router.post("", status_code=201, openapi_extra=BYTES, response_model_exclude_none=True)
async def upload(
    request: Request,
    response: Response,
    tools: Tools,
    conversation_id: ConversationId,
    writer: ConversationWriter,
    name: FileName,
) -> AttachmentView:
    """Keeps a file until a message names it: PNG, JPEG, WebP, GIF, PDF, TXT, DOCX or XLSX, told by its content."""
    kept = await keep_upload(tools, conversation_id, writer, Upload(name, await request.body()))
    response.headers["Location"] = f"/api/v1/conversations/{conversation_id}/attachments/{kept.id}"
    return AttachmentView.of(kept)


@router.get("/{attachment_id}", response_class=Response)
async def download(tools: Tools, conversation_id: ViewedConversation, attachment_id: AttachmentId) -> Response:
    """The file, always as a download."""
    found, data = await read_attachment(tools, conversation_id, attachment_id)
    headers = {**LOCKED, "Content-Disposition": as_download(found.name)}
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.get("/{attachment_id}/thumbnail", response_class=Response)
async def thumbnail(tools: Tools, conversation_id: ViewedConversation, attachment_id: AttachmentId) -> Response:
    """A picture, small, made by us."""
    _, data = await read_attachment(tools, conversation_id, attachment_id, small=True)
    return Response(data, media_type="image/webp", headers=LOCKED)


@router.delete("/{attachment_id}", status_code=204)
async def remove(
    tools: Tools, conversation_id: ConversationId, writer: ConversationWriter, attachment_id: AttachmentId
) -> None:
    """Takes back a file that was not sent yet."""
    await take_back(tools, conversation_id, attachment_id, writer)
