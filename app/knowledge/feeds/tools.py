"""What sources work with, built once in wiring."""

from dataclasses import dataclass, field

from app.jobs import JobTools
from app.kernel.database import Database
from app.knowledge.document_tools import DocumentTools
from app.knowledge.feeds.folders import FolderRoots
from app.knowledge.feeds.ports import Web

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class FeedTools:
    """Documents to put things into, web and folders to take them from.

    gap_s: between two requests to a host. turn_s: how long a run works before it lets other jobs have their turn.
    """

    documents: DocumentTools
    web: Web
    roots: FolderRoots = field(default_factory=FolderRoots)
    agent: str = "Kefu"
    limit_mb: int = 25
    gap_s: float = 0.2
    turn_s: float = 120.0

    @property
    def database(self) -> Database:
        """The database of documents."""
        return self.documents.database

    @property
    def jobs(self) -> JobTools:
        """The jobs of documents."""
        return self.documents.jobs

    @property
    def limit_bytes(self) -> int:
        """The largest page or file that is fetched."""
        return min(self.limit_mb * MEBIBYTE, self.documents.upload_limit_bytes)
