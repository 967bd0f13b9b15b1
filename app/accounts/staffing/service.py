"""What admins do with accounts: invite, change a role, disable at once, let somebody set a new password."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.accounts import store as accounts
from app.accounts.domain import Principal, Role
from app.accounts.errors import EmailTaken, LastAdmin, LinkUsed, WeakPassword
from app.accounts.second_factor import store as factors
from app.accounts.service import AccountTools, hash_password
from app.accounts.staffing import store
from app.accounts.staffing.store import Colleague
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_token, token_digest

INVITATION, RESET = "invitation", "reset"
LASTS = {INVITATION: timedelta(days=7), RESET: timedelta(hours=2)}


@dataclass(frozen=True)
class Link:
    """A link that sets a password, told once; only its digest is kept."""

    staff_id: UUID
    token: str
    kind: str


async def list_colleagues(tools: AccountTools) -> list[Colleague]:
    """Every account."""
    async with tools.database.reading() as session:
        return await store.list_colleagues(session)


async def invite(tools: AccountTools, email: str, name: str, role: Role, actor: Principal) -> Link:
    """A new account nobody can sign in to until its link was used. Raises EmailTaken."""
    nobody_knows = await hash_password(secrets.token_urlsafe(32))
    async with tools.database.transaction() as session:
        staff = await accounts.add_staff(session, email.strip().lower(), name.strip(), role, nobody_knows)
        if staff is None:
            raise EmailTaken
        await accounts.add_audit(session, actor, "staff.invite", str(staff.id), {"role": role.value})
        return await _link(session, staff.id, INVITATION, actor)


async def reset(tools: AccountTools, staff_id: UUID, actor: Principal) -> Link:
    """A link with which somebody sets another password. Raises NotFound."""
    async with tools.database.transaction() as session:
        if await store.lock_staff(session, staff_id) is None:
            raise NotFound
        await accounts.add_audit(session, actor, "staff.reset", str(staff_id), {})
        return await _link(session, staff_id, RESET, actor)


async def _link(session: Session, staff_id: UUID, kind: str, actor: Principal) -> Link:
    token = new_token()
    await store.add_token(session, token_digest(token), staff_id, kind, actor.name, now() + LASTS[kind])
    return Link(staff_id, token, kind)


async def set_password(tools: AccountTools, token: str, password: str) -> None:
    """Uses a link up: the password is another one and every browser is signed out. Raises WeakPassword, LinkUsed."""
    if not 10 <= len(password) <= 200:
        raise WeakPassword
    password_hash = await hash_password(password)
    async with tools.database.transaction() as session:
        staff_id = await store.use_token(session, token_digest(token))
        if staff_id is None:
            raise LinkUsed
        await store.change_staff(session, staff_id, password_hash=password_hash)
        ended = await accounts.end_sessions(session, staff_id)
        await accounts.add_audit(session, None, "staff.password", str(staff_id), {"sessions_ended": ended})


async def change_role(tools: AccountTools, staff_id: UUID, role: Role, actor: Principal | None) -> None:
    """Another role, from the next request on. Raises NotFound, LastAdmin."""
    async with tools.database.transaction() as session:
        admins = await store.count_admins(session)
        row = await store.lock_staff(session, staff_id)
        if row is None:
            raise NotFound
        if row.role == Role.ADMIN.value and role is not Role.ADMIN and row.disabled_at is None and admins == 1:
            raise LastAdmin
        before = row.role
        await store.change_staff(session, staff_id, role=role.value)
        if role in await factors.required_roles(session) and not await factors.has_factor(session, staff_id):
            await accounts.end_sessions(session, staff_id)
        await accounts.add_audit(session, actor, "staff.role", str(staff_id), {"before": before, "after": role.value})


async def disable(tools: AccountTools, staff_id: UUID, actor: Principal) -> int:
    """Nobody signs in to it any more; all its browsers are out at once, so many. Raises NotFound, LastAdmin."""
    async with tools.database.transaction() as session:
        admins = await store.count_admins(session)
        row = await store.lock_staff(session, staff_id)
        if row is None:
            raise NotFound
        if row.role == Role.ADMIN.value and row.disabled_at is None and admins == 1:
            raise LastAdmin
        await store.change_staff(session, staff_id, disabled_at=now())
        ended = await accounts.end_sessions(session, staff_id)
        await accounts.add_audit(session, actor, "staff.disable", str(staff_id), {"sessions_ended": ended})
    return ended


async def enable(tools: AccountTools, staff_id: UUID, actor: Principal) -> None:
    """May sign in again. Raises NotFound."""
    async with tools.database.transaction() as session:
        if await store.lock_staff(session, staff_id) is None:
            raise NotFound
        await store.change_staff(session, staff_id, disabled_at=None)
        await accounts.add_audit(session, actor, "staff.enable", str(staff_id), {})
