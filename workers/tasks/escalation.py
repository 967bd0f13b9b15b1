"""The desk's sweep: who is gone, which offers lapsed, what goes back into the line."""

from app.escalation import EscalationTools, sweep
from workers.celery_app import task
from workers.runtime import run


@task("desk.sweep", time_limit_s=60)
def sweep_desk() -> None:
    """Looks once."""
    run(lambda tools: sweep(tools(EscalationTools)))
