"""Answering: a Question in, AnswerEvents out. Its sub-packages own the prompts and what staff may set."""

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
    Outcome,
    Passage,
    Question,
    Recalled,
    Replaced,
    Started,
    Turn,
    Usage,
    company_of,
)
from app.answering.lesson import lesson_prompt, with_source_marks
from app.answering.pipeline import AnsweringTools, answer
from app.answering.ports import Models, Passages
from app.answering.recall import KnowledgePassages
from app.answering.trace_words import reason_words, step_words
from app.answering.versions import Fresh, Kept, Unchanging, Versions, raise_version

__all__ = [
    "AnswerEvent",
    "AnsweringTools",
    "Citation",
    "Cited",
    "Company",
    "Composer",
    "Delta",
    "Failed",
    "Finished",
    "Fresh",
    "Kept",
    "KnowledgePassages",
    "Limits",
    "Models",
    "Outcome",
    "Passage",
    "Passages",
    "Question",
    "Recalled",
    "Replaced",
    "Started",
    "Turn",
    "Unchanging",
    "Usage",
    "Versions",
    "answer",
    "company_of",
    "lesson_prompt",
    "raise_version",
    "reason_words",
    "step_words",
    "with_source_marks",
]
