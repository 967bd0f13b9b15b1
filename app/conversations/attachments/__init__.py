"""Attachments: pictures and documents that customers and staff send each other."""

from app.conversations.attachments.domain import Attachment, Upload
from app.conversations.attachments.service import AttachmentTools, erase_attachments, tidy_uploads

__all__ = ["Attachment", "AttachmentTools", "Upload", "erase_attachments", "tidy_uploads"]
