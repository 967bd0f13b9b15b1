"""Tasks of the evaluation room."""

from uuid import UUID

from app.evaluation import EvaluationTools, do_run
from app.evaluation.answers import do_run as do_answer_run
from workers.celery_app import task
from workers.runtime import run


@task("evaluation", time_limit_s=6 * 3600)
def ask_questions(job_id: str) -> None:
    """Asks the questions of a run."""
    run(lambda tools: do_run(tools(EvaluationTools), UUID(job_id)))


@task("answer_evaluation", time_limit_s=12 * 3600)
def ask_for_answers(job_id: str) -> None:
    """Asks the labelled questions of a run and judges the answers."""
    run(lambda tools: do_answer_run(tools(EvaluationTools), UUID(job_id)))
