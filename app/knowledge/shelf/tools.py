"""What the shelf works with, built once in wiring."""

from dataclasses import dataclass

from app.kernel.database import Database
from app.knowledge.document_tools import DocumentTools
from app.knowledge.ports import PassageUses, QuestionBank


@dataclass(frozen=True)
class ShelfTools:
    """Documents, the answers that quoted them, and the regression questions where there are some."""

    documents: DocumentTools
    uses: PassageUses
    questions: QuestionBank | None = None

    @property
    def database(self) -> Database:
        """The database of documents."""
        return self.documents.database
