"""Visitors a company vouches for: a signature over who they are, good once and for a while."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.conversations.errors import VisitorUnverified
from app.conversations.store import threads
from app.kernel.clock import now
from app.kernel.database import Session

CLOCKS_DIFFER = timedelta(seconds=60)
LONGEST = timedelta(days=1)


@dataclass(frozen=True)
class VisitorClaim:
    """Who somebody says they are; `expires` in Unix seconds, `signature` as 64 hexadecimal digits."""

    user_id: str
    name: str | None
    expires: int
    nonce: str
    signature: str


def visitor_signature(secret: bytes, user_id: str, name: str | None, expires: int, nonce: str) -> str:
    """HMAC-SHA256 over user_id, name (or nothing), expires and nonce, one per line, in hexadecimal."""
    signed = "\n".join((user_id, name or "", str(expires), nonce))
    return hmac.new(secret, signed.encode(), hashlib.sha256).hexdigest()


async def verify_visitor(session: Session, secret: bytes | None, claim: VisitorClaim) -> dict[str, str]:
    """Who the visitor is. Raises VisitorUnverified when the claim is forged, old, too long-lived or used before."""
    expires_at = datetime.fromtimestamp(claim.expires, UTC)
    timely = now() - CLOCKS_DIFFER < expires_at < now() + LONGEST + CLOCKS_DIFFER
    if secret is None or not timely:
        raise VisitorUnverified
    expected = visitor_signature(secret, claim.user_id, claim.name, claim.expires, claim.nonce)
    if not hmac.compare_digest(expected.encode(), claim.signature.lower().encode()):
        raise VisitorUnverified
    digest = hashlib.sha256(f"{claim.user_id}\n{claim.nonce}".encode()).hexdigest()
    if not await threads.use_nonce(session, digest, expires_at + CLOCKS_DIFFER):
        raise VisitorUnverified
    return {"user_id": claim.user_id, **({"name": claim.name} if claim.name else {})}
