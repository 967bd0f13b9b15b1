"""Knowledge: bases, documents, FAQs, and the search over both."""

from app.knowledge.domain import Audience, FaqHit, Hit, NewChunk, SearchRequest, SearchResult, Stage
from app.knowledge.embedders import Embedders
from app.knowledge.scratch import ScratchText, add_scratch_texts, scratch_base
from app.knowledge.search import search_passages
from app.knowledge.tools import SearchTools

__all__ = [
    "Audience",
    "Embedders",
    "FaqHit",
    "Hit",
    "NewChunk",
    "ScratchText",
    "SearchRequest",
    "SearchResult",
    "SearchTools",
    "Stage",
    "add_scratch_texts",
    "scratch_base",
    "search_passages",
]
