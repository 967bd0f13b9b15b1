"""What can go wrong on the shelf."""

from app.kernel.errors import Conflict, Invalid


class ValidityReversed(Invalid):
    """A document would end before it begins."""

    code = "validity_reversed"


class DocumentSynced(Conflict):
    """A source of the company keeps this document, and says where it belongs."""

    code = "document_synced"


class SourceTaken(Conflict):
    """The other base has a document of the same source already."""

    code = "document_source_taken"


class DocumentWaits(Conflict):
    """A version of the document is being read in already."""

    code = "document_waits"
