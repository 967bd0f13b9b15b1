"""Tasks of the accounts room."""

from app.accounts import AccountTools, seal_trail
from workers.celery_app import task
from workers.runtime import run


@task("audit.seal", time_limit_s=60)
def seal_audit_trail() -> None:
    """Adds new entries of the audit trail to its chain."""
    run(lambda tools: seal_trail(tools(AccountTools).database))
