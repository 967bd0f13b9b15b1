"""What can go wrong in knowledge."""

from typing import ClassVar

from app.kernel.errors import Conflict, Invalid, Unavailable


class EmbedderUnavailable(Unavailable):
    """The embedding server does not answer, or answers something else than vectors."""

    code = "embedder_unavailable"
    passing: ClassVar[bool] = True
    """Whether the same request may simply be tried again."""


class RerankerUnavailable(Unavailable):
    """The rerank server does not answer, or answers something else than scores."""

    code = "reranker_unavailable"


class IndexMoved(Conflict):
    """The chunks were prepared for an index that has changed since: prepare them again."""

    code = "index_moved"


class FaqExists(Conflict):
    """The base has an answer to that question already."""

    code = "faq_exists"


class FaqChanged(Conflict):
    """Somebody else changed the FAQ since it was opened; `theirs` is their text."""

    code = "faq_changed"


class FaqDatesReversed(Invalid):
    """It would end before it begins."""

    code = "faq_dates_reversed"


class FaqImportOutdated(Conflict):
    """The base changed since the report: what would be written is not what was shown."""

    code = "faq_import_outdated"


class FaqImportBusy(Conflict):
    """The file is being read or written, or was written already."""

    code = "faq_import_busy"


class WordsChanged(Conflict):
    """Somebody else changed the words since they were opened; `theirs` is the present list."""

    code = "words_changed"


class WordsFileUnreadable(Invalid):
    """The file is no list of words."""

    code = "words_file_unreadable"


class TooManyWords(Invalid):
    """More groups or terms than a list may have."""

    code = "too_many_words"


class FaqFileTooLarge(Invalid):
    """More bytes than an import takes."""

    code, status = "faq_file_too_large", 413


class FaqFileUnreadable(Invalid):
    """The file is no table of questions and answers."""

    code = "faq_file_unreadable"


class ReembedRunning(Conflict):
    """Another embedder is being filled; one at a time."""

    code = "reembed_running"


class NoEmbeddingServer(Invalid):
    """There is no server or no model name to embed with."""

    code = "no_embedding_server"
