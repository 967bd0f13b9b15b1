"""What one process needs to work with knowledge, built once in wiring."""

from dataclasses import dataclass

from app.jobs import JobTools
from app.kernel.blobs import BlobStore
from app.kernel.database import Database
from app.knowledge.embedders import Embedders
from app.knowledge.ports import FaqUses, Reranker, SheetReader


@dataclass(frozen=True)
class SearchTools:
    """The database, the embedders in use and, where one is configured, a reranker."""

    database: Database
    embedders: Embedders
    reranker: Reranker | None = None


@dataclass(frozen=True)
class FaqTools:
    """The index FAQs go into, spreadsheets they come in, jobs and bytes for large files, and who used them."""

    search: SearchTools
    sheets: SheetReader
    jobs: JobTools
    blobs: BlobStore
    uses: FaqUses
