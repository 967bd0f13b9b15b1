"""What can go wrong with canned replies."""

from app.kernel.errors import Conflict, Invalid


class UnknownVariable(Invalid):
    """A variable that does not exist; the problem names those that do."""

    code = "unknown_variable"


class CannedChanged(Conflict):
    """Somebody else changed it meanwhile."""

    code = "canned_changed"


class TooManyCanned(Conflict):
    """More than anybody can remember."""

    code = "too_many_canned"
