"""Keeps short secrets unreadable in the database: sealed with a key made from the installation's signing secret."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SecretBox:
    """Seals and opens; what another signing secret sealed cannot be opened."""

    def __init__(self, secret: bytes):
        key = HKDF(SHA256(), 32, salt=None, info=b"kefu embedding server keys").derive(secret)
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, plain: str) -> str:
        """The secret as it may be stored."""
        return self._fernet.encrypt(plain.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """The secret; None when it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None
