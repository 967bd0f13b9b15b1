"""What can be wrong with an uploaded document: at once, or once it is read."""

from app.kernel.errors import AppError, Invalid


class DocumentMissing(Invalid):
    """The form has no file in it."""

    code = "document_missing"


class DocumentEmpty(Invalid):
    """No bytes, or nothing but blanks."""

    code = "document_empty"


class DocumentTooLarge(AppError):
    """More bytes than the settings allow."""

    code, status = "document_too_large", 413


class BaseDocumentsFull(AppError):
    """The base holds as many documents as it may."""

    code, status = "base_documents_full", 413


class BaseBytesFull(AppError):
    """The base would hold more bytes than it may."""

    code, status = "base_bytes_full", 413


class CompanyDocumentsFull(AppError):
    """All bases together hold as many documents as the settings allow."""

    code, status = "company_documents_full", 413


class CompanyBytesFull(AppError):
    """All bases together would hold more bytes than the settings allow."""

    code, status = "company_bytes_full", 413


class DocumentUnsupported(AppError):
    """No converter reads this kind of file."""

    code, status = "document_unsupported", 415


class DocumentOldFormat(AppError):
    """A format of old that its own program can save anew."""

    code, status = "document_old_format", 415


class DocumentTypeMismatch(AppError):
    """The bytes are not what the file name says."""

    code, status = "document_type_mismatch", 415


class DocumentBusy(AppError):
    """The document is being read in just now."""

    code, status = "document_busy", 409


class UploadBroken(AppError):
    """The form ended early or is no multipart form."""

    code, status = "upload_broken", 400


class SourceGone(AppError):
    """A link to a source is damaged, over, or its document was deleted."""

    code, status = "source_gone", 404


class DocumentUnreadable(Invalid):
    """Reading failed for good; `code` is the instance's own."""

    def __init__(self, code: str, **values: object):
        self.code = code  # type: ignore[misc]  # one class for every way a file can be unreadable
        super().__init__()
        self.values = values


UNREADABLE_CODES = (
    "document_locked",
    "document_broken",
    "document_no_text",
    "document_too_complex",
    "document_encoding_unknown",
    "document_empty",
    "document_type_mismatch",
    "parse_timeout",
    "parser_crashed",
)
