"""Tasks of the training room."""

from uuid import UUID

from app.training import (
    JudgingTools,
    TrainingTools,
    answer_in_shadow,
    do_build,
    do_distillation,
    do_erasure,
    do_judging,
    do_run,
    keep_served,
    propose_dataset,
    start_weekly_run,
    watch,
)
from workers.celery_app import task
from workers.runtime import run

A_WEEK_S = 7 * 86_400


@task("training.fine_tune", time_limit_s=A_WEEK_S)
def fine_tune(job_id: str) -> None:
    """Does or resumes one fine-tune."""
    run(lambda tools: do_run(tools(TrainingTools), UUID(job_id)))


@task("training.build", time_limit_s=3_600)
def build(job_id: str) -> None:
    """Builds the next dataset version."""
    run(lambda tools: do_build(tools(TrainingTools), UUID(job_id)))


@task("training.distil", time_limit_s=A_WEEK_S)
def distil(job_id: str) -> None:
    """Has a big model answer approved questions."""
    run(lambda tools: do_distillation(tools(TrainingTools), UUID(job_id)))


@task("customers.erase", time_limit_s=3_600)
def erase(job_id: str) -> None:
    """Erases one customer."""
    run(lambda tools: do_erasure(tools(TrainingTools), UUID(job_id)))


@task("training.judge", time_limit_s=6 * 3600)
def judge(job_id: str) -> None:
    """Evaluates a candidate beside the live model."""
    run(lambda tools: do_judging(tools(JudgingTools), UUID(job_id)))


@task("models.keep_served", time_limit_s=120)
def keep_adapters_served() -> None:
    """Loads the adapters a restarted model server lost."""
    run(lambda tools: keep_served(tools(TrainingTools)))


@task("models.shadow", time_limit_s=600)
def shadow() -> None:
    """Asks versions in the shadow what others were asked."""
    run(lambda tools: answer_in_shadow(tools(TrainingTools)))


@task("models.watch", time_limit_s=60)
def watch_models() -> None:
    """Takes a version back that breaks a rule."""
    run(lambda tools: watch(tools(TrainingTools)))


@task("training.propose", time_limit_s=1_800)
def propose() -> None:
    """Proposes the next dataset version."""
    run(lambda tools: propose_dataset(tools(TrainingTools)))


@task("training.weekly", time_limit_s=300)
def weekly() -> None:
    """Starts a run when enough is new."""
    run(lambda tools: start_weekly_run(tools(TrainingTools)))
