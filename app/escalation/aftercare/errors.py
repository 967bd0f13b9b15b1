"""What can go wrong in aftercare."""

from app.kernel.errors import Conflict, Invalid, NotFound


class RulesChanged(Conflict):
    """Somebody else changed the rules meanwhile."""

    code = "service_rules_changed"


class HoursReversed(Invalid):
    """The end is not later than the beginning."""

    code = "hours_reversed"


class UnknownTimezone(Invalid):
    """There is no such time zone."""

    code = "unknown_timezone"


class ReturnLinkOver(NotFound):
    """The way back is unknown, or over."""

    code = "return_link_over"
