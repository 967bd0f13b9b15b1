"""What can go wrong with accounts."""

from app.kernel.errors import Conflict, Forbidden, Invalid, TooManyRequests, Unauthenticated


class SignInBad(Unauthenticated):
    """E-mail or password is wrong; which of them is not told."""

    code = "sign_in_bad"


class SignInLocked(TooManyRequests):
    """Too many wrong passwords for this account from this address."""

    code = "sign_in_locked"


class CodeBad(Unauthenticated):
    """The code of the second factor is wrong, old or used already."""

    code = "second_factor_bad"


class SignInOver(Unauthenticated):
    """Between password and code too much time went by."""

    code = "sign_in_over"


class FactorIsOn(Conflict):
    """There is a second factor already."""

    code = "second_factor_on"


class FactorMissing(Conflict):
    """There is no second factor to ask."""

    code = "second_factor_missing"


class FactorRequired(Conflict):
    """The role demands a second factor."""

    code = "second_factor_required"


class OwnFactorFirst(Conflict):
    """Who demands a second factor of their own role must have one."""

    code = "own_second_factor_first"


class CsrfFailed(Forbidden):
    """A write with a session cookie came without the session's CSRF token."""

    code = "csrf_failed"


class EmailTaken(Conflict):
    """There is an account with this e-mail already."""

    code = "email_taken"


class WeakPassword(Invalid):
    """Under 10 or over 200 characters."""

    code = "weak_password"


class LastAdmin(Conflict):
    """Without this account nobody could administer Kefu any more."""

    code = "last_admin"


class LinkUsed(Invalid):
    """The link was used already, is over, or was never given."""

    code = "link_used"


class ScopeBeyondRole(Invalid):
    """A key was to have a scope that its role does not grant."""

    code = "scope_beyond_role"


class KeyExceeds(Forbidden):
    """A key was to open more than who makes it may do."""

    code = "key_exceeds"


class KeyOver(Invalid):
    """A key was to end before it began."""

    code = "key_over"
