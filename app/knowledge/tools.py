"""What one process needs to work with knowledge, built once in wiring."""

from dataclasses import dataclass

from app.kernel.database import Database
from app.knowledge.embedders import Embedders
from app.knowledge.ports import Reranker, SheetReader


@dataclass(frozen=True)
class SearchTools:
    """The database, the embedders in use and, where one is configured, a reranker."""

    database: Database
    embedders: Embedders
    reranker: Reranker | None = None


@dataclass(frozen=True)
class FaqTools:
    """The index FAQs go into, and a reader of the spreadsheets they come in."""

    search: SearchTools
    sheets: SheetReader
