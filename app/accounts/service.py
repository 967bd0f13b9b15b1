"""What accounts can do: create staff, sign in and out, make and check keys, write the audit trail."""

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.accounts import store
from app.accounts.domain import FactorNeeded, Principal, Role, SignedIn, Staff
from app.accounts.errors import EmailTaken, SignInBad, SignInLocked, WeakPassword
from app.accounts.keys import store as keys
from app.accounts.second_factor import store as factors
from app.kernel.clock import now
from app.kernel.database import Database, Session
from app.kernel.ids import new_token, token_digest
from app.kernel.logging import get_logger

log = get_logger(__name__)
KEY_USE_TOLD = timedelta(minutes=1)
CODE_WINDOW = timedelta(minutes=15)
TRIES, TRY_WINDOW = 10, timedelta(minutes=15)
hashing = PasswordHash((Argon2Hasher(),))
_two_hashes_at_once = asyncio.Semaphore(2)  # 64 MiB each


@cache
def _hash_of_nobody() -> str:
    """What an unknown account's password is checked against; made when first needed, since it costs 100 ms."""
    return hashing.hash("no account has this password")


@dataclass(frozen=True)
class AccountTools:
    """What the accounts room works with."""

    database: Database
    session_hours: int = 12
    secure_cookies: bool = False

    @property
    def cookie(self) -> str:
        """The session cookie's name; behind TLS one that browsers take from this very host alone, for all paths."""
        return "__Host-kefu_session" if self.secure_cookies else "kefu_session"


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


async def hash_password(password: str) -> str:
    """Argon2id."""
    async with _two_hashes_at_once:
        return await asyncio.to_thread(hashing.hash, _normal(password))


async def _matches(password: str, password_hash: str) -> bool:
    async with _two_hashes_at_once:
        return await asyncio.to_thread(hashing.verify, _normal(password), password_hash)


async def create_staff(tools: AccountTools, email: str, name: str, role: Role, password: str) -> Staff:
    """A new account. Raises WeakPassword, EmailTaken."""
    if not 10 <= len(password) <= 200:
        raise WeakPassword
    password_hash = await hash_password(password)
    async with tools.database.transaction() as session:
        staff = await store.add_staff(session, email.strip().lower(), name.strip(), role, password_hash)
        if staff is None:
            raise EmailTaken
        await store.add_audit(session, None, "staff.create", str(staff.id), {"role": role.value})
    return staff


async def list_staff(session: Session) -> Sequence[Staff]:
    """Every account, oldest first."""
    return await store.list_staff(session)


async def remove_staff(tools: AccountTools, emails: list[str]) -> None:
    """Removes accounts by e-mail; unknown ones are fine."""
    async with tools.database.transaction() as session:
        await store.remove_staff(session, [email.lower() for email in emails])


async def sign_in(tools: AccountTools, email: str, password: str, address: str) -> SignedIn | FactorNeeded:
    """Checks a password and opens a session, or asks for the second factor. The same work for an unknown account.

    Raises SignInBad with the tries left, SignInLocked after 10 wrong ones in 15 minutes.
    """
    email = email.strip().lower()
    async with tools.database.transaction() as session:
        # Counted before it is checked: a hundred guesses at once are a hundred tries.
        await store.hold_tries(session, email, address)
        tries = await store.count_tries(session, email, address, TRY_WINDOW)
        if tries < TRIES:
            await store.add_try(session, email, address)
        found = await store.find_staff(session, email)
    if tries >= TRIES:
        raise SignInLocked(minutes=15, retry_after_s=int(TRY_WINDOW.total_seconds()))
    right = await _matches(password, found[1] if found else _hash_of_nobody())
    if found is None or not right or found[0].disabled:
        log.info("sign_in_refused", address=address)
        raise SignInBad(n=TRIES - tries - 1)
    async with tools.database.transaction() as session:
        return await _open_or_ask(session, tools, found[0], address)


async def _open_or_ask(session: Session, tools: AccountTools, staff: Staff, address: str) -> SignedIn | FactorNeeded:
    has_factor = await factors.has_factor(session, staff.id)
    if not has_factor and staff.role not in await factors.required_roles(session):
        return await open_session(session, tools, staff, address)
    ticket = new_token()
    await store.forget_tries(session, staff.email, address)
    await factors.add_pending(session, staff.id, token_digest(ticket), now() + CODE_WINDOW)
    return FactorNeeded(ticket, enrol=not has_factor)


async def open_session(session: Session, tools: AccountTools, staff: Staff, address: str) -> SignedIn:
    """A new session of somebody who has shown who they are."""
    token, csrf_token = new_token(), new_token()
    max_age = timedelta(hours=tools.session_hours)
    await store.forget_tries(session, staff.email, address)
    await store.add_session(session, staff.id, token_digest(token), csrf_token, now() + max_age)
    log.info("signed_in", staff_id=str(staff.id), address=address)
    return SignedIn(token, csrf_token, staff, int(max_age.total_seconds()))


async def sign_out(tools: AccountTools, token: str) -> None:
    """Ends the session of a cookie."""
    async with tools.database.transaction() as session:
        await store.drop_session(session, token_digest(token))


async def find_principal(tools: AccountTools, *, cookie: str | None, bearer: str | None) -> Principal | None:
    """Who is asking, by API key first, else by session cookie."""
    async with tools.database.reading() as session:
        if bearer is not None:
            found = await keys.find_api_key(session, token_digest(bearer))
            if found is not None and (found[1] is None or found[1] < now() - KEY_USE_TOLD):
                await keys.note_use(session, found[0].id, KEY_USE_TOLD)
            return found[0] if found else None
        if cookie is not None:
            return await store.find_session(session, token_digest(cookie))
    return None


async def record_audit(session: Session, actor: Principal | None, action: str, subject: str, **details: object) -> None:
    """One line in the audit trail, in the caller's transaction."""
    await store.add_audit(session, actor, action, subject, details)
