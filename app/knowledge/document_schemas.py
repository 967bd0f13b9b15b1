"""Wire shapes of documents."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from app.kernel.texts import has_text, text
from app.kernel.wire import Wire
from app.knowledge.ports import UseCount
from app.knowledge.store.documents import DocumentRecord


class AcceptedDocument(Wire):
    """An upload that was taken; follow `job_id`, or look at the document."""

    document_id: UUID
    job_id: UUID | None
    duplicate: bool = False


class DocumentProblem(Wire):
    """Why a document could not be read in: a stable code and a sentence for people."""

    code: str
    message: str


class DocumentRemark(Wire):
    """What a person should look at in a document that was read in, with a stable code; `name`: of the file in it."""

    code: str
    message: str
    name: str | None = None


class DocumentView(Wire):
    """One document. `version` is the one search sees, 0 before the first; `error` is about the newest upload.

    `unread_pages`: pages that are only a scan; `pictures`: images whose text, if they have any, was not read;
    `needs_review`: some pages were hard to read; `remarks`: what a person should look at; `has_draft`, in lists: other
    settings wait to be compared.
    """

    document_id: UUID
    base_id: UUID
    title: str
    source: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    status: str
    error: DocumentProblem | None
    chunk_count: int
    page_count: int | None
    unread_pages: int
    pictures: int
    needs_review: bool
    version: int
    pending_version: int | None
    job_id: UUID | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    owner: str
    tags: list[str]
    valid_from: datetime | None
    valid_until: datetime | None
    review_on: date | None
    review_due_at: datetime | None
    disabled_at: datetime | None
    disabled_by: str | None
    edits: int
    remarks: list[DocumentRemark] = []
    has_draft: bool = False
    base_name: str = ""
    answers_30d: int = 0
    last_used_at: datetime | None = None

    @classmethod
    def of(cls, document: DocumentRecord, locale: str, base_name: str = "", use: UseCount | None = None) -> Self:
        """The record as the contract shows it, with the answers of the last 30 days that quoted it."""
        shown = {name: getattr(document, name) for name in cls.model_fields if hasattr(document, name)}
        view = cls(document_id=document.id, error=_problem(document, locale), base_name=base_name, **shown)
        view.remarks = _remarks(document, locale)
        if use is not None:
            view.answers_30d, view.last_used_at = use.answers, use.last_used_at
        return view


def _remarks(document: DocumentRecord, locale: str) -> list[DocumentRemark]:
    """Pages that a scan made hard or impossible to read, and files of an archive that were not taken in."""
    report, found = document.parse_report, []
    low = [int(page) for page in report.get("ocr", {}).get("low_pages", [])]
    if low:
        pages = (", " if locale == "en" else "、").join(map(str, low))
        found.append(DocumentRemark(code="pages_uncertain", message=_told("pages_uncertain", locale, pages=pages)))
    if document.unread_pages:
        told = _told("pages_unread", locale, n=document.unread_pages)
        found.append(DocumentRemark(code="pages_unread", message=told))
    for refused in report.get("unpacked", {}).get("refused", []):
        code = str(refused["code"])
        key = f"errors.{code}" if has_text(f"errors.{code}") else "errors.internal_error"
        told = text(key, locale, **refused.get("values", {}))
        found.append(DocumentRemark(code=code, message=told, name=str(refused["name"])))
    return found


def _told(remark: str, locale: str, **values: object) -> str:
    return text(f"documents.remark_{remark}", locale, **values)


def _problem(document: DocumentRecord, locale: str) -> DocumentProblem | None:
    if document.status != "failed" or document.error_code is None:
        return None
    key = f"errors.{document.error_code}"
    key = key if has_text(key) else "errors.internal_error"
    return DocumentProblem(code=document.error_code, message=text(key, locale, **(document.error_values or {})))


class BoxView(Wire):
    """A place on a page, in fractions of the page from its top left corner; pages count from 1."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
