"""What a second factor does: enrol, finish a sign-in, renew recovery codes, take it off, say who must have one."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.accounts import store as accounts
from app.accounts.domain import Principal, Role, SignedIn, Staff
from app.accounts.errors import (
    CodeBad,
    FactorIsOn,
    FactorMissing,
    FactorRequired,
    OwnFactorFirst,
    SignInLocked,
    SignInOver,
)
from app.accounts.second_factor import store
from app.accounts.second_factor.ports import Authenticators, Box
from app.accounts.second_factor.store import Owner
from app.accounts.service import TRIES, TRY_WINDOW, AccountTools, open_session
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import token_digest
from app.kernel.logging import get_logger

log = get_logger(__name__)
RECOVERY_CODES = 10
WRONG_CODES = "second factor"  # stands where a try's address stands: the limit is one for the account


@dataclass(frozen=True)
class FactorTools:
    """What the second factor works with."""

    accounts: AccountTools
    authenticators: Authenticators
    box: Box
    company: str


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs, shown until a code from it was typed."""

    secret: str
    address: str
    picture: str


@dataclass(frozen=True)
class State:
    """Whether an account has a second factor, must have one, and how many recovery codes are left."""

    on: bool
    required: bool
    recovery_codes: int


def _recovery_code() -> str:
    letters = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _digest(staff_id: UUID, code: str) -> str:
    return token_digest(f"{staff_id} {code}")


async def state_of(tools: FactorTools, staff_id: UUID) -> State:
    """How it stands with an account. Raises NotFound."""
    async with tools.accounts.database.reading() as session:
        owner = await _owner(session, staff_id)
        required = owner.role in await store.required_roles(session)
        return State(
            await store.has_factor(session, staff_id), required, await store.count_recovery_codes(session, staff_id)
        )


async def _owner(session: Session, staff_id: UUID) -> Owner:
    owner = await store.owner_of(session, staff_id)
    if owner is None:
        raise NotFound
    return owner


async def enrol(tools: FactorTools, staff_id: UUID) -> Enrolment:
    """A new secret, which counts once a code was typed. Raises FactorIsOn, NotFound."""
    async with tools.accounts.database.transaction() as session:
        return await _enrol(session, tools, await _owner(session, staff_id))


async def enrol_to_sign_in(tools: FactorTools, ticket: str) -> Enrolment:
    """Like `enrol`, for somebody whose role demands it before they are in. Raises SignInOver, FactorIsOn."""
    async with tools.accounts.database.transaction() as session:
        return await _enrol(session, tools, await _of_ticket(session, ticket))


async def _of_ticket(session: Session, ticket: str) -> Owner:
    owner = await store.find_pending(session, token_digest(ticket))
    if owner is None:
        raise SignInOver
    return owner


async def _enrol(session: Session, tools: FactorTools, owner: Owner) -> Enrolment:
    row = await store.lock_factor(session, owner.id)
    if row is not None and row.confirmed_at is not None:
        raise FactorIsOn
    secret = tools.authenticators.new_secret()
    await store.put_secret(session, owner.id, tools.box.seal(secret))
    address = tools.authenticators.address(secret, tools.company, owner.email)
    return Enrolment(secret, address, tools.authenticators.picture(address))


async def _fits(session: Session, tools: FactorTools, owner: Owner, code: str, *, recovery: bool) -> bool:
    """Whether the code is right and new; counts it when it is wrong. Raises FactorMissing, SignInLocked."""
    row = await store.lock_factor(session, owner.id)
    if row is None:
        raise FactorMissing
    tries = await accounts.count_tries(session, owner.email, WRONG_CODES, TRY_WINDOW)
    if tries >= TRIES:
        raise SignInLocked(minutes=15, retry_after_s=int(TRY_WINDOW.total_seconds()))
    typed = "".join(code.lower().split())
    secret = tools.box.open(row.sealed_secret)
    step = tools.authenticators.step_of(secret, typed, now()) if secret and typed.isdigit() else None
    if step is not None and step > row.last_step:
        row.last_step = step
        right = True
    else:
        right = recovery and await _used_recovery_code(session, owner, typed)
    if right:
        await accounts.forget_tries(session, owner.email, WRONG_CODES)
    else:
        await accounts.add_try(session, owner.email, WRONG_CODES)
        log.info("second_factor_wrong", staff_id=str(owner.id))
    await session.flush()
    return right


async def _used_recovery_code(session: Session, owner: Owner, typed: str) -> bool:
    if not await store.use_recovery_code(session, owner.id, _digest(owner.id, typed.replace("-", ""))):
        return False
    left = await store.count_recovery_codes(session, owner.id)
    await accounts.add_audit(session, _acting(owner), "second_factor.recovery", str(owner.id), {"left": left})
    return True


def _acting(owner: Owner) -> Principal:
    return Principal(owner.id, "staff", owner.name, owner.role)


async def _new_recovery_codes(session: Session, staff_id: UUID) -> list[str]:
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    await store.put_recovery_codes(session, staff_id, [_digest(staff_id, code.replace("-", "")) for code in codes])
    return codes


async def _switch_on(session: Session, owner: Owner) -> list[str]:
    row = await store.lock_factor(session, owner.id)
    assert row is not None, "its code was just right"
    row.confirmed_at = now()
    await session.flush()
    await accounts.add_audit(session, _acting(owner), "second_factor.on", str(owner.id), {})
    return await _new_recovery_codes(session, owner.id)


async def confirm(tools: FactorTools, principal: Principal, code: str, keep: str) -> list[str]:
    """The first code: from now on one is asked for. Gives the recovery codes, told once; signs other browsers out.

    `keep`: the cookie's token of the browser that stays. Raises CodeBad, FactorIsOn, FactorMissing, SignInLocked.
    """
    async with tools.accounts.database.transaction() as session:
        if await store.has_factor(session, principal.id):
            raise FactorIsOn
        owner = await _owner(session, principal.id)
        if right := await _fits(session, tools, owner, code, recovery=False):
            codes = await _switch_on(session, owner)
            await accounts.end_sessions(session, principal.id, but=token_digest(keep))
    if not right:
        raise CodeBad
    return codes


async def finish_sign_in(tools: FactorTools, ticket: str, code: str, address: str) -> tuple[SignedIn, list[str]]:
    """The code after the password: opens the session; with recovery codes when it is the first one.

    Raises SignInOver, CodeBad, FactorMissing, SignInLocked.
    """
    async with tools.accounts.database.transaction() as session:
        owner = await _of_ticket(session, ticket)
        enrolled = await store.has_factor(session, owner.id)
        if right := await _fits(session, tools, owner, code, recovery=enrolled):
            codes = [] if enrolled else await _switch_on(session, owner)
            await store.drop_pending(session, owner.id)
            staff = Staff(owner.id, owner.email, owner.name, owner.role)
            opened = await open_session(session, tools.accounts, staff, address)
    if not right:
        raise CodeBad
    return opened, codes


async def renew_recovery_codes(tools: FactorTools, principal: Principal, code: str) -> list[str]:
    """Other recovery codes, told once; the earlier ones work no more. Raises CodeBad, FactorMissing, SignInLocked."""
    async with tools.accounts.database.transaction() as session:
        owner = await _enrolled(session, principal)
        if right := await _fits(session, tools, owner, code, recovery=False):
            codes = await _new_recovery_codes(session, owner.id)
            await accounts.add_audit(session, principal, "second_factor.recovery_codes", str(owner.id), {})
    if not right:
        raise CodeBad
    return codes


async def take_off(tools: FactorTools, principal: Principal, code: str) -> None:
    """Nobody asks for a code any more. Raises FactorRequired, CodeBad, FactorMissing, SignInLocked."""
    async with tools.accounts.database.transaction() as session:
        owner = await _enrolled(session, principal)
        if owner.role in await store.required_roles(session):
            raise FactorRequired
        if right := await _fits(session, tools, owner, code, recovery=True):
            await store.drop_factor(session, owner.id)
            await accounts.add_audit(session, principal, "second_factor.off", str(owner.id), {})
    if not right:
        raise CodeBad


async def _enrolled(session: Session, principal: Principal) -> Owner:
    if not await store.has_factor(session, principal.id):
        raise FactorMissing
    return await _owner(session, principal.id)


async def reset(tools: FactorTools, staff_id: UUID, actor: Principal | None) -> bool:
    """For whoever lost phone and recovery codes: takes it off and signs them out. Whether there was one."""
    async with tools.accounts.database.transaction() as session:
        had = await store.drop_factor(session, staff_id)
        ended = await accounts.end_sessions(session, staff_id)
        if had:
            await accounts.add_audit(session, actor, "second_factor.reset", str(staff_id), {"sessions_ended": ended})
    return had


async def reset_by_email(tools: FactorTools, email: str) -> bool:
    """The same by e-mail, for the command line."""
    async with tools.accounts.database.reading() as session:
        found = await accounts.find_staff(session, email.strip().lower())
    return found is not None and await reset(tools, found[0].id, None)


async def required_roles(tools: FactorTools) -> set[Role]:
    """The roles that must have a second factor."""
    async with tools.accounts.database.reading() as session:
        return await store.required_roles(session)


async def require_of(tools: FactorTools, roles: Collection[Role], actor: Principal) -> int:
    """Who of these roles has none is signed out and enrols at the next sign-in; how many browsers that were.

    Raises OwnFactorFirst: whoever demands it of their own role has one already.
    """
    async with tools.accounts.database.transaction() as session:
        if actor.kind == "staff" and actor.role in roles and not await store.has_factor(session, actor.id):
            raise OwnFactorFirst
        await store.set_required_roles(session, roles)
        ended = await store.end_sessions_without(session, roles)
        details = {"roles": sorted(role.value for role in roles), "sessions_ended": ended}
        await accounts.add_audit(session, actor, "second_factor.required", "roles", details)
    return ended
