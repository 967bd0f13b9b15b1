"""What can go wrong in aftercare."""

from app.kernel.errors import Conflict, NotFound


class RulesChanged(Conflict):
    """Somebody else changed the rules meanwhile."""

    code = "service_rules_changed"


class ReturnLinkOver(NotFound):
    """The way back is unknown, or over."""

    code = "return_link_over"
