"""What can be wrong with a draft."""

from app.kernel.errors import AppError


class DraftNotReady(AppError):
    """It is still being read, or could not be read."""

    code, status = "draft_not_ready", 409


class DraftOutdated(AppError):
    """The document is another one by now than the one it was compared with."""

    code, status = "draft_outdated", 409


class DraftImpossible(AppError):
    """The document is a folder of others: there is nothing in it to cut."""

    code, status = "draft_impossible", 422
