"""What can go wrong with escalation rules."""

from app.kernel.errors import Conflict, Invalid


class RulesChanged(Conflict):
    """Somebody else changed the rules meanwhile, who is named."""

    code = "rules_changed"


class ExplicitStays(Invalid):
    """Whoever asks for a person gets one: that rule stays first and on."""

    code = "explicit_stays"


class UnknownQueue(Invalid):
    """A rule names a queue that is not there."""

    code = "unknown_queue"
