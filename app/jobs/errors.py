"""What can go wrong with jobs."""

from app.kernel.errors import Conflict


class JobEnded(Conflict):
    """The job is over, so it can no longer be cancelled."""

    code = "job_ended"


class JobCancelled(Conflict):
    """Somebody asked the running work to stop; raised inside the work, at its next report."""

    code = "job_cancelled"


class LeaseLost(Conflict):
    """This attempt was too slow to show life and another one owns the job now; nothing more may be written."""

    code = "lease_lost"
