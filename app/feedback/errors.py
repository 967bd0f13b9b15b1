"""What can go wrong with feedback."""

from app.kernel.errors import Conflict, Forbidden, Invalid


class CorrectionReviewed(Conflict):
    """Somebody has already decided over it; the name says who."""

    code = "correction_reviewed"


class CorrectionChanged(Conflict):
    """It is not what the reviewer saw any more; `theirs` is what it says now."""

    code = "correction_changed"


class CorrectionUnchanged(Invalid):
    """The proposed answer is the one the bot gave."""

    code = "correction_unchanged"


class CorrectionIncomplete(Invalid):
    """Its place needs an FAQ, a passage or ways to ask that it does not name."""

    code = "correction_incomplete"


class CorrectionNotReady(Conflict):
    """Only an accepted correction is published."""

    code = "correction_not_ready"


class OwnCorrection(Forbidden):
    """Four eyes: whoever proposed a correction does not accept it."""

    code = "own_correction"


class CorrectionStopped(Conflict):
    """The regression gate stopped the publication."""

    code = "correction_stopped"
