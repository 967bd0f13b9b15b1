"""What the documents' side of knowledge works with, built once in wiring."""

from dataclasses import dataclass

from app.jobs import JobTools
from app.kernel.blobs import BlobStore
from app.kernel.database import Database
from app.knowledge.links import SourceLinks
from app.knowledge.parsed import DocumentParser
from app.knowledge.quotas import Quota
from app.knowledge.tools import SearchTools

MEBIBYTE = 1024 * 1024
UNLIMITED = Quota()


@dataclass(frozen=True)
class DocumentTools:
    """Rows, jobs, bytes, the parser, the index the passages go to, and the signer of links to sources."""

    database: Database
    jobs: JobTools
    blobs: BlobStore
    parser: DocumentParser
    search: SearchTools
    links: SourceLinks
    upload_limit_mb: int = 100
    ocr_pages: int = 100
    quota: Quota = UNLIMITED

    @property
    def upload_limit_bytes(self) -> int:
        """The size of the largest document taken."""
        return self.upload_limit_mb * MEBIBYTE
