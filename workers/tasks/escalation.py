"""The desk's sweeps: who is gone, what goes back into the line; and which waits become too long."""

from app.escalation import EscalationTools, InspectionTools, sample, sweep, sweep_clocks
from workers.celery_app import task
from workers.runtime import run


@task("desk.sweep", time_limit_s=60)
def sweep_desk() -> None:
    """Looks once."""
    run(lambda tools: sweep(tools(EscalationTools)))


@task("sla.sweep", time_limit_s=300)
def sweep_service_levels() -> None:
    """Warns of waits that become too long, and does what policies want of those that are."""
    run(lambda tools: sweep_clocks(tools(EscalationTools)))


@task("inspection.sample", time_limit_s=1_800)
def choose_what_is_inspected() -> None:
    """Puts conversations that ended under inspection, as the plan wants."""
    run(lambda tools: sample(tools(InspectionTools)))
