"""What can go wrong on the shelf."""

from app.kernel.errors import Conflict, Invalid


class ValidityReversed(Invalid):
    """A document would end before it begins."""

    code = "validity_reversed"


class DocumentWaits(Conflict):
    """A version of the document is being read in already."""

    code = "document_waits"
