"""What can go wrong with attachments."""

from app.kernel.errors import AppError, Conflict, Invalid


class AttachmentUnsupported(AppError):
    """It is none of the kinds that are taken, whatever its name says."""

    code, status = "attachment_unsupported", 415


class AttachmentTooLarge(AppError):
    """More bytes than one file may have."""

    code, status = "attachment_too_large", 413


class AttachmentEmpty(Invalid):
    """There is nothing in it."""

    code = "attachment_empty"


class AttachmentBroken(Invalid):
    """It says it is a picture and cannot be opened, or it is too large once unpacked."""

    code = "attachment_broken"


class TooManyAttachments(Conflict):
    """The conversation has as many as one may have."""

    code = "too_many_attachments"


class AttachmentGone(Conflict):
    """One of the files to be sent was removed, is another's, or was sent already."""

    code = "attachment_gone"
