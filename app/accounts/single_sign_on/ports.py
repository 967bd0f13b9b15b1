"""What single sign-on needs from outside: the company's identity provider."""

from typing import Any, Protocol


class IdentityProvider(Protocol):
    """An OpenID Connect provider, asked with the authorization code flow and PKCE."""

    @property
    def issuer(self) -> str:
        """The provider's name for itself."""
        ...

    async def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser signs in. Raises SsoUnreachable."""
        ...

    async def claims(self, code: str, back: str, nonce: str, verifier: str) -> dict[str, Any]:
        """What the provider says of whom it sent here, all of it checked. Raises SsoUnreachable, SsoAnswerBad."""
        ...
