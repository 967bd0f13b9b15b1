"""What can go wrong when conversations are given to people."""

from app.kernel.errors import Conflict


class NotThere(Conflict):
    """The colleague, who is named, is not there to take it."""

    code = "colleague_not_there"


class NotOffered(Conflict):
    """It was not offered to this person, or the time to accept it is over."""

    code = "not_offered"
