"""Authenticator codes by pyotp and their QR codes by segno."""

from datetime import datetime
from hmac import compare_digest

HALF_MINUTE_S = 30


class Authenticator:
    """Six digits, SHA-1, every 30 seconds: what every authenticator app can do."""

    def new_secret(self) -> str:
        """160 random bits, base32."""
        import pyotp

        return pyotp.random_base32()

    def address(self, secret: str, company: str, email: str) -> str:
        """otpauth://totp/company:email?secret=…"""
        import pyotp

        return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=company)

    def picture(self, address: str) -> str:
        """The address as a QR code, dark on white in any theme: a data: URI of an SVG."""
        import segno

        found: str = segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#111", light="#fff")
        return found

    def step_of(self, secret: str, code: str, at: datetime) -> int | None:
        """The half minute whose code this is: this one, the one before or the one after; else None."""
        import pyotp

        authenticator = pyotp.TOTP(secret)
        this = int(at.timestamp()) // HALF_MINUTE_S
        fitting = [n for n in (this - 1, this, this + 1) if compare_digest(authenticator.generate_otp(n), code)]
        return fitting[-1] if fitting else None
