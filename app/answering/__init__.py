"""Answering: a Question in, AnswerEvents out. Owns the prompts, has no tables, keeps nothing."""

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
from app.answering.sameness import says_the_same, what_differs
from app.answering.trace_words import reason_words, step_words

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
    "Usage",
    "answer",
    "company_of",
    "lesson_prompt",
    "reason_words",
    "says_the_same",
    "step_words",
    "what_differs",
    "with_source_marks",
]
