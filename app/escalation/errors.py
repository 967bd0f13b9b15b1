"""What can go wrong at the desk."""

from app.kernel.errors import Conflict


class WrongState(Conflict):
    """The conversation's owner and lifecycle do not allow this step."""

    code = "wrong_state"
