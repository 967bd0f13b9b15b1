"""What can go wrong with feedback."""

from app.kernel.errors import Conflict, Invalid


class CorrectionReviewed(Conflict):
    """Somebody has already accepted or rejected it."""

    code = "correction_reviewed"


class CorrectionUnchanged(Invalid):
    """The proposed answer is the one the bot gave."""

    code = "correction_unchanged"
