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
)
from app.answering.lesson import lesson_prompt, with_source_marks
from app.answering.pipeline import AnsweringTools, answer
from app.answering.ports import Models, Passages

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
    "lesson_prompt",
    "with_source_marks",
]
