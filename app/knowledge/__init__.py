"""Knowledge: bases, documents, FAQs, and the search over both."""

from app.knowledge.bases.policy import audience_for
from app.knowledge.canonical import canonical_text, same_numbers_and_negations
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import Accepted, accept_document, delete_document, documents_under, get_document
from app.knowledge.domain import (
    Audience,
    EmbedderCard,
    Explained,
    Faq,
    FaqContent,
    FaqHit,
    Hit,
    NewChunk,
    SearchRequest,
    SearchResult,
    Seen,
    Stage,
    Wording,
)
from app.knowledge.drafts.work import note_stopped_draft, read_draft_in
from app.knowledge.editing.service import edit_chunk, get_passage
from app.knowledge.embedders import Embedders, Loaded
from app.knowledge.embedding import (
    Candidate,
    EmbedderTools,
    Opened,
    Pace,
    Pick,
    Run,
    RunState,
    Switched,
    cancel,
    chosen_candidate,
    list_embedders,
    open_run,
    overview,
    refusal,
    resume,
    roll_back,
    switch,
    tend,
    work,
)
from app.knowledge.events import SearchChanged
from app.knowledge.faq_exchange import (
    FaqDraft,
    ImportReport,
    import_faqs,
    note_stopped_import,
    read_drafts,
    read_import,
    write_import,
)
from app.knowledge.faq_pairs import find_pairs
from app.knowledge.faqs import add_faq, change_faq, create_faq, delete_faq, edit_faq, get_faq, list_faqs
from app.knowledge.file_types import can_read
from app.knowledge.ingest import ingest_document, note_stopped_job
from app.knowledge.lexical import features as text_features
from app.knowledge.lexical import words_said
from app.knowledge.library import list_public_passages
from app.knowledge.links import SourceLinks
from app.knowledge.measure import backend_pid, exact_scores
from app.knowledge.options import SearchOptions, Trial
from app.knowledge.ports import (
    FaqAnswer,
    FaqUse,
    Measured,
    MeasuredQuestion,
    PassageUses,
    QuestionBank,
    SheetReader,
    Use,
    UseCount,
    UsedKind,
    Verdict,
)
from app.knowledge.quotas import Quota
from app.knowledge.scratch import ScratchText, add_scratch_texts, scratch_base
from app.knowledge.search import search_passages
from app.knowledge.shelf.service import mark_due_reviews
from app.knowledge.shelf.switching import index_document
from app.knowledge.shelf.tools import ShelfTools
from app.knowledge.spelling import simplified, stem
from app.knowledge.store.bases import knowledge_version
from app.knowledge.store.eligibility import BASE_READABLE, CHUNK_SHUT
from app.knowledge.store.references import (
    BaseChoice,
    EmbedderChoice,
    Reference,
    base_choices,
    embedder_choices,
    reference_to,
    references_of,
)
from app.knowledge.tables import DEFAULT_BASE
from app.knowledge.tools import FaqTools, SearchTools
from app.knowledge.vocabulary import things_meant, words_meant
from app.knowledge.what_if import as_if_edited, as_if_worded
from app.knowledge.words.book import RehearsedWords
from app.knowledge.words.schemas import ListBody
from app.knowledge.words.service import WordsTools, reindex_words

__all__ = [
    "BASE_READABLE",
    "CHUNK_SHUT",
    "DEFAULT_BASE",
    "Accepted",
    "Audience",
    "BaseChoice",
    "Candidate",
    "DocumentTools",
    "EmbedderCard",
    "EmbedderChoice",
    "EmbedderTools",
    "Embedders",
    "Explained",
    "Faq",
    "FaqAnswer",
    "FaqContent",
    "FaqDraft",
    "FaqHit",
    "FaqTools",
    "FaqUse",
    "Hit",
    "ImportReport",
    "ListBody",
    "Loaded",
    "Measured",
    "MeasuredQuestion",
    "NewChunk",
    "Opened",
    "Pace",
    "PassageUses",
    "Pick",
    "QuestionBank",
    "Quota",
    "Reference",
    "RehearsedWords",
    "Run",
    "RunState",
    "ScratchText",
    "SearchChanged",
    "SearchOptions",
    "SearchRequest",
    "SearchResult",
    "SearchTools",
    "Seen",
    "SheetReader",
    "ShelfTools",
    "SourceLinks",
    "Stage",
    "Switched",
    "Trial",
    "Use",
    "UseCount",
    "UsedKind",
    "Verdict",
    "Wording",
    "WordsTools",
    "accept_document",
    "add_faq",
    "add_scratch_texts",
    "as_if_edited",
    "as_if_worded",
    "audience_for",
    "backend_pid",
    "base_choices",
    "can_read",
    "cancel",
    "canonical_text",
    "change_faq",
    "chosen_candidate",
    "create_faq",
    "delete_document",
    "delete_faq",
    "documents_under",
    "edit_chunk",
    "edit_faq",
    "embedder_choices",
    "exact_scores",
    "find_pairs",
    "get_document",
    "get_faq",
    "get_passage",
    "import_faqs",
    "index_document",
    "ingest_document",
    "knowledge_version",
    "list_embedders",
    "list_faqs",
    "list_public_passages",
    "mark_due_reviews",
    "note_stopped_draft",
    "note_stopped_import",
    "note_stopped_job",
    "open_run",
    "overview",
    "read_draft_in",
    "read_drafts",
    "read_import",
    "reference_to",
    "references_of",
    "refusal",
    "reindex_words",
    "resume",
    "roll_back",
    "same_numbers_and_negations",
    "scratch_base",
    "search_passages",
    "simplified",
    "stem",
    "switch",
    "tend",
    "text_features",
    "things_meant",
    "words_meant",
    "words_said",
    "work",
    "write_import",
]
