"""What can go wrong with gaps."""

from app.kernel.errors import Conflict, Invalid


class GapChanged(Conflict):
    """Somebody else has changed it since it was shown; the name says who."""

    code = "gap_changed"


class GapBusy(Conflict):
    """It has a draft under way, or is not open: that must be settled first."""

    code = "gap_busy"


class NothingToSplit(Invalid):
    """A split takes some of a gap's questions, not all and not none."""

    code = "gap_nothing_to_split"
