"""Identifiers: UUIDv7, so that rows sort by age; and random tokens with the digest that is stored instead of them."""

import hashlib
import secrets
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7 of the standard library's type."""
    return uuid7()


def first_id_of(moment: datetime) -> UUID:
    """The least UUIDv7 of a moment: ids made from then on are not below it."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))


def moment_of(id: UUID) -> datetime:
    """When a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def new_token() -> str:
    """256 random bits, URL-safe; given out once, never stored."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """SHA-256 hex digest of a token: what the database keeps."""
    return hashlib.sha256(token.encode()).hexdigest()
