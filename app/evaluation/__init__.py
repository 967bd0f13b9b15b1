"""Evaluation: the company's regression questions, the runs over them, and the gate before a change of search."""

from app.evaluation.answers import metrics as answer_metrics
from app.evaluation.ask import Asked
from app.evaluation.ask import ask as ask_as_customer
from app.evaluation.bank import RegressionQuestions
from app.evaluation.domain import Cause, Expected, GateRules, Origin, Question, QuestionSet, Run
from app.evaluation.hit_test import choices
from app.evaluation.question_files import read_questions
from app.evaluation.questions import (
    add_questions,
    add_set,
    change_gate,
    find_set,
    gate_rules,
    list_questions,
    list_sets,
    remove_set,
)
from app.evaluation.replay import Changes, Facts, Standing, facts_of, grounded, replay
from app.evaluation.runs import (
    RunReport,
    do_run,
    note_answering_changed,
    note_search_changed,
    note_stopped_run,
    open_run,
    run_set,
)
from app.evaluation.schemas import OptionsBody
from app.evaluation.tools import EvaluationTools

__all__ = [
    "Asked",
    "Cause",
    "Changes",
    "EvaluationTools",
    "Expected",
    "Facts",
    "GateRules",
    "OptionsBody",
    "Origin",
    "Question",
    "QuestionSet",
    "RegressionQuestions",
    "Run",
    "RunReport",
    "Standing",
    "add_questions",
    "add_set",
    "answer_metrics",
    "ask_as_customer",
    "change_gate",
    "choices",
    "do_run",
    "facts_of",
    "find_set",
    "gate_rules",
    "grounded",
    "list_questions",
    "list_sets",
    "note_answering_changed",
    "note_search_changed",
    "note_stopped_run",
    "open_run",
    "read_questions",
    "remove_set",
    "replay",
    "run_set",
]
