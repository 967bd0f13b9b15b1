"""What can go wrong with service levels."""

from app.kernel.errors import Conflict, Invalid


class PoliciesChanged(Conflict):
    """Somebody else changed the policies meanwhile; the problem carries the version."""

    code = "sla_policies_changed"


class UnknownCalendar(Invalid):
    """A policy counts in a calendar there is not."""

    code = "unknown_calendar"


class UnknownTarget(Invalid):
    """A policy names a queue there is not."""

    code = "sla_unknown_queue"


class NoTarget(Invalid):
    """A policy has no target at all."""

    code = "sla_no_target"
