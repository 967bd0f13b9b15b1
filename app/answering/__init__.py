"""Answering: a Question in, AnswerEvents out. Its sub-packages own the prompts and what staff may set."""

from app.answering.cache import AnswerCache
from app.answering.compose import Limits
from app.answering.domain import (
    AnswerEvent,
    Citation,
    Cited,
    Company,
    Composer,
    Delta,
    Failed,
    Finished,
    Language,
    Outcome,
    Passage,
    Proposal,
    Question,
    Recalled,
    Replaced,
    Settled,
    Started,
    Turn,
    Usage,
    company_of,
)
from app.answering.guard.book import GuardBook
from app.answering.guard.service import GuardTools, load_guard
from app.answering.language import language_of, sentences
from app.answering.lesson import lesson_prompt, with_source_marks
from app.answering.pipeline import AnsweringTools, answer, prompt_version
from app.answering.ports import Models, Passages
from app.answering.prompting import PromptBook, estimate_tokens
from app.answering.prompting.domain import PromptText, TemplateName
from app.answering.prompting.events import AnsweringChanged
from app.answering.prompting.older import answer_versions, book_with_version
from app.answering.prompting.preview import Side, preview
from app.answering.prompting.service import PromptTools, broken, load_book, problems_with, with_text
from app.answering.recall import KnowledgePassages
from app.answering.sameness import says_the_same, shared_words, what_differs
from app.answering.trace_masking import masked, masked_trace
from app.answering.trace_storage import for_storage
from app.answering.trace_words import reason_words, step_words
from app.answering.versions import Fresh, Kept, Unchanging, Versions, raise_version

__all__ = [
    "AnswerCache",
    "AnswerEvent",
    "AnsweringChanged",
    "AnsweringTools",
    "Citation",
    "Cited",
    "Company",
    "Composer",
    "Delta",
    "Failed",
    "Finished",
    "Fresh",
    "GuardBook",
    "GuardTools",
    "Kept",
    "KnowledgePassages",
    "Language",
    "Limits",
    "Models",
    "Outcome",
    "Passage",
    "Passages",
    "PromptBook",
    "PromptText",
    "PromptTools",
    "Proposal",
    "Question",
    "Recalled",
    "Replaced",
    "Settled",
    "Side",
    "Started",
    "TemplateName",
    "Turn",
    "Unchanging",
    "Usage",
    "Versions",
    "answer",
    "answer_versions",
    "book_with_version",
    "broken",
    "company_of",
    "estimate_tokens",
    "for_storage",
    "language_of",
    "lesson_prompt",
    "load_book",
    "load_guard",
    "masked",
    "masked_trace",
    "preview",
    "problems_with",
    "prompt_version",
    "raise_version",
    "reason_words",
    "says_the_same",
    "sentences",
    "shared_words",
    "step_words",
    "what_differs",
    "with_source_marks",
    "with_text",
]
