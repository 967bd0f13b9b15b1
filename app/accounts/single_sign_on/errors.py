"""What can go wrong with single sign-on; the sign-in page says it."""

from app.kernel.errors import AppError, Forbidden, Unauthenticated, Unavailable

REASONS = ("signature", "issuer", "audience", "expired", "nonce", "code", "form")


class SsoUnreachable(Unavailable):
    """The provider does not answer, or not as OpenID Connect demands."""

    code = "sso_unreachable"


class SsoStateBad(Unauthenticated):
    """This browser did not begin this sign-in, or too long ago."""

    code = "sso_state_bad"


class SsoRefused(Unauthenticated):
    """The provider itself said no, or the person cancelled there."""

    code = "sso_refused"


class SsoAnswerBad(Unauthenticated):
    """The provider's answer does not prove who this is. reason: one of REASONS."""

    code = "sso_answer_bad"

    def __init__(self, reason: str):
        super().__init__(extra={"reason": reason})


class SsoEmailBad(Forbidden):
    """The provider does not vouch for the e-mail address, or its domain is not let in."""

    code = "sso_email_bad"


class SsoNotInvited(Forbidden):
    """There is no account for this person, and none is made by itself."""

    code = "sso_not_invited"


class SsoNoRole(Forbidden):
    """The provider gives this person no role that counts here."""

    code = "sso_no_role"


class SsoDisabled(Forbidden):
    """The account is disabled."""

    code = "sso_disabled"


TOLD_ON_THE_PAGE: dict[str, type[AppError]] = {
    kind.code: kind
    for kind in (
        SsoUnreachable,
        SsoStateBad,
        SsoRefused,
        SsoAnswerBad,
        SsoEmailBad,
        SsoNotInvited,
        SsoNoRole,
        SsoDisabled,
    )
}
