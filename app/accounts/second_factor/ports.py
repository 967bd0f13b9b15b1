"""What the second factor needs from outside: authenticator codes, and a box for their secrets."""

from datetime import datetime
from typing import Protocol


class Authenticators(Protocol):
    """Codes as authenticator apps show them (RFC 6238: six digits, a new one every 30 seconds)."""

    def new_secret(self) -> str:
        """A secret as it is typed into an app, base32."""
        ...

    def address(self, secret: str, company: str, email: str) -> str:
        """The otpauth: address an app reads from a QR code."""
        ...

    def picture(self, address: str) -> str:
        """The address as a QR code: a data: URI of an SVG."""
        ...

    def step_of(self, secret: str, code: str, at: datetime) -> int | None:
        """The number of the half minute whose code this is: now, the one before or the one after; else None."""
        ...


class Box(Protocol):
    """Seals what the database must not hold readable."""

    def seal(self, plain: str) -> str:
        """The secret as it may be stored."""
        ...

    def open(self, sealed: str) -> str | None:
        """The secret; None when it was sealed with another key."""
        ...
