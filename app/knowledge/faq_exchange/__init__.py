"""FAQs as files: import with a report before anything is written, and export."""

from app.knowledge.faq_exchange.domain import FaqDraft, ImportReport
from app.knowledge.faq_exchange.reading import read_drafts
from app.knowledge.faq_exchange.service import (
    confirm_import,
    import_faqs,
    note_stopped_import,
    open_import,
    read_import,
    write_import,
)

__all__ = [
    "FaqDraft",
    "ImportReport",
    "confirm_import",
    "import_faqs",
    "note_stopped_import",
    "open_import",
    "read_drafts",
    "read_import",
    "write_import",
]
