"""What can go wrong with the guard's settings."""

from app.kernel.errors import Conflict, Invalid


class GuardChanged(Conflict):
    """Someone else saved in the meantime; `theirs` is the number in force."""

    code = "guard_changed"


class GuardFileUnreadable(Invalid):
    """A word file that is no CSV of word, category, action."""

    code = "guard_file_unreadable"


class GuardTooLarge(Invalid):
    """More words, hosts or questions than the guard keeps."""

    code = "guard_too_large"
