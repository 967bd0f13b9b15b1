"""What can go wrong when chunks are changed by hand."""

from app.kernel.errors import Conflict, Invalid


class ChunkChanged(Conflict):
    """Somebody saved this chunk first; the problem document carries their text as `chunk`."""

    code = "chunk_changed"


class ChunkReshaped(Conflict):
    """The chunk was split or merged since, and its other half has been changed again."""

    code = "chunk_reshaped"


class NothingToSplit(Invalid):
    """One of the halves would be empty."""

    code = "nothing_to_split"


class NoNextChunk(Invalid):
    """The chunk is the last one of its document."""

    code = "no_next_chunk"


class TableStaysWhole(Invalid):
    """A table is one chunk and is neither split nor merged."""

    code = "table_stays_whole"


class DocumentBusy(Conflict):
    """A new version of the document is being read in; edits wait until it is there."""

    code = "document_busy"
