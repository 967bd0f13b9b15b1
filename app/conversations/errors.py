"""What can go wrong with conversations."""

from app.kernel.errors import Conflict, Invalid, TooManyRequests, Unauthenticated


class ClientIdReused(Conflict):
    """The same client_id came with another text."""

    code = "client_id_reused"


class AnswerEnded(Conflict):
    """The answer is over, so there is nothing to stop."""

    code = "answer_ended"


class AnswerRunning(Conflict):
    """The answer is not over yet, so it cannot be made again."""

    code = "answer_running"


class ConversationOver(Conflict):
    """It ended too long ago to go on; a new one begins elsewhere."""

    code = "conversation_over"


class NotYours(Conflict):
    """The conversation is with another member of the staff, who is named."""

    code = "taken_by_another"


class NotTakenOver(Conflict):
    """Nobody of the staff has taken the conversation over, so nobody can reply in it."""

    code = "not_taken_over"


class NotSignedIn(Conflict):
    """Nobody vouches for this visitor, so there is nobody to remember."""

    code = "not_signed_in"


class NotNow(Conflict):
    """The conversation's owner does not allow that now."""

    code = "not_now"


class MessageTooLong(Invalid):
    """Over 4,000 characters."""

    code = "message_too_long"


class BadPosition(Invalid):
    """Last-Event-ID or `after` is not a whole number from 0 up."""

    code = "bad_position"


class TooManyWaiting(TooManyRequests):
    """Three messages wait for their answers already."""

    code = "too_many_waiting"


class TooManyStreams(TooManyRequests):
    """This conversation is open in too many places."""

    code = "too_many_streams"


class VisitorUnverified(Unauthenticated):
    """The visitor's signature is wrong, old, used before, or cannot be checked here."""

    code = "visitor_unverified"


class NotOurs(Exception):
    """Another process answers this question now, or it is over; nothing may be written for it here."""
