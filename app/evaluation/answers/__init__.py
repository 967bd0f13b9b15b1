"""Evaluation of whole answers: labelled questions asked the way customers ask, judged, kept and compared."""

from app.evaluation.answers.domain import AnswerRun, Judged, Labelled, Row, change_between
from app.evaluation.answers.figures import figures, figures_by_group
from app.evaluation.answers.files import read_labelled
from app.evaluation.answers.judging import judge
from app.evaluation.answers.kept import keep_figures
from app.evaluation.answers.metrics import Likeness, likeness
from app.evaluation.answers.runs import do_run, get_run, note_stopped_run, open_run, run_now, run_rows

__all__ = [
    "AnswerRun",
    "Judged",
    "Labelled",
    "Likeness",
    "Row",
    "change_between",
    "do_run",
    "figures",
    "figures_by_group",
    "get_run",
    "judge",
    "keep_figures",
    "likeness",
    "note_stopped_run",
    "open_run",
    "read_labelled",
    "run_now",
    "run_rows",
]
