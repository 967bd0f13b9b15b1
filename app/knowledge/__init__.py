"""Knowledge: bases, documents, FAQs, and the search over both."""

from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import Accepted, accept_document, delete_document, get_document
from app.knowledge.embedders import Embedders
from app.knowledge.ingest import ingest_document, note_stopped_job
from app.knowledge.links import SourceLinks
from app.knowledge.tools import SearchTools

__all__ = [
    "Accepted",
    "DocumentTools",
    "Embedders",
    "SearchTools",
    "SourceLinks",
    "accept_document",
    "delete_document",
    "get_document",
    "ingest_document",
    "note_stopped_job",
]
