"""Knowledge: bases, documents, FAQs, and the search over both."""

from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import Accepted, accept_document, delete_document, get_document
from app.knowledge.domain import Audience, FaqHit, Hit, NewChunk, SearchRequest, SearchResult, Stage
from app.knowledge.embedders import Embedders
from app.knowledge.ingest import ingest_document, note_stopped_job
from app.knowledge.links import SourceLinks
from app.knowledge.scratch import ScratchText, add_scratch_texts, scratch_base
from app.knowledge.search import search_passages
from app.knowledge.tools import SearchTools

__all__ = [
    "Accepted",
    "Audience",
    "DocumentTools",
    "Embedders",
    "FaqHit",
    "Hit",
    "NewChunk",
    "ScratchText",
    "SearchRequest",
    "SearchResult",
    "SearchTools",
    "SourceLinks",
    "Stage",
    "accept_document",
    "add_scratch_texts",
    "delete_document",
    "get_document",
    "ingest_document",
    "note_stopped_job",
    "scratch_base",
    "search_passages",
]
