"""How somebody comes in by the provider: sent there, checked on the way back, tied to an account, given a role."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

import orjson

from app.accounts import store as accounts
from app.accounts.domain import Role, SignedIn, Staff
from app.accounts.errors import LastAdmin
from app.accounts.second_factor.ports import Box
from app.accounts.service import AccountTools, hash_password, open_session
from app.accounts.single_sign_on import store
from app.accounts.single_sign_on.errors import (
    SsoAnswerBad,
    SsoDisabled,
    SsoEmailBad,
    SsoNoRole,
    SsoNotInvited,
    SsoStateBad,
)
from app.accounts.single_sign_on.ports import IdentityProvider
from app.accounts.staffing.service import change_role
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_token
from app.kernel.logging import get_logger

log = get_logger(__name__)
LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class SignOnRules:
    """Who may come in: e-mail domains (empty: any), roles by what the claim says, and whether accounts are made."""

    name: str = ""
    domains: frozenset[str] = frozenset()
    role_claim: str = "roles"
    roles: Mapping[str, Role] | None = None
    creates: bool = False


@dataclass(frozen=True)
class SignOnTools:
    """What single sign-on works with; without a provider it is switched off."""

    accounts: AccountTools
    provider: IdentityProvider | None
    rules: SignOnRules
    box: Box


@dataclass(frozen=True)
class Journey:
    """A sign-in under way, sealed in the browser that began it; nobody else's answer fits it."""

    state: str
    nonce: str
    verifier: str
    next_path: str
    until: str

    @classmethod
    def new(cls, next_path: str) -> "Journey":
        """Fresh secrets."""
        return cls(new_token(), new_token(), secrets.token_urlsafe(48), next_path, (now() + LASTS).isoformat())


async def set_off(tools: SignOnTools, back: str, next_path: str) -> tuple[str, str]:
    """Where to send the browser, and what it has to keep. Raises NotFound, SsoUnreachable."""
    if tools.provider is None:
        raise NotFound
    journey = Journey.new(next_path)
    address = await tools.provider.address(back, journey.state, journey.nonce, journey.verifier)
    return address, tools.box.seal(orjson.dumps(vars(journey)).decode())


def journey_of(tools: SignOnTools, kept: str, state: str) -> Journey:
    """The journey this answer belongs to. Raises SsoStateBad."""
    opened = tools.box.open(kept) if kept else None
    if opened is None:
        raise SsoStateBad
    journey = Journey(**orjson.loads(opened))
    if datetime.fromisoformat(journey.until) < now() or not compare_digest(journey.state.encode(), state.encode()):
        raise SsoStateBad
    return journey


async def arrive(tools: SignOnTools, journey: Journey, code: str, back: str, address: str) -> SignedIn:
    """Opens a session for whom the provider vouches. Raises NotFound and every error of single sign-on but one."""
    if tools.provider is None:
        raise NotFound
    claims = await tools.provider.claims(code, back, journey.nonce, journey.verifier)
    staff = await _account_of(tools, tools.provider.issuer, claims)
    async with tools.accounts.database.transaction() as session:
        return await open_session(session, tools.accounts, staff, address)


async def _account_of(tools: SignOnTools, issuer: str, claims: dict[str, Any]) -> Staff:
    subject, email = claims["sub"], _email_of(tools.rules, claims)
    role = _role_of(tools.rules, claims)
    nobody_knows = await hash_password(secrets.token_urlsafe(32)) if tools.rules.creates else ""
    async with tools.accounts.database.transaction() as session:
        staff = await store.find_by_identity(session, issuer, subject)
        if staff is None:
            staff = await _first_time(session, tools.rules, email, str(claims.get("name") or ""), role, nobody_knows)
            if not await store.add_identity(session, issuer, subject, staff.id):
                raise SsoAnswerBad("form")  # tied elsewhere in this very moment: the next try finds it
            await accounts.add_audit(session, None, "sso.link", str(staff.id), {"issuer": issuer})
    if staff.disabled:
        log.info("sign_in_refused", staff_id=str(staff.id), reason="disabled")
        raise SsoDisabled
    return await _with_role(tools, staff, role)


async def _first_time(
    session: Session, rules: SignOnRules, email: str, name: str, role: Role | None, password_hash: str
) -> Staff:
    found = await accounts.find_staff(session, email)
    if found is not None:
        return found[0]
    if not rules.creates:
        raise SsoNotInvited
    staff = await accounts.add_staff(
        session, email, name.strip()[:100] or email.partition("@")[0], role or Role.AGENT, password_hash
    )
    if staff is None:
        raise SsoNotInvited
    await accounts.add_audit(session, None, "staff.create", str(staff.id), {"role": staff.role.value, "by": "sso"})
    return staff


async def _with_role(tools: SignOnTools, staff: Staff, role: Role | None) -> Staff:
    """The provider's word decides over the role where a mapping is set; the last admin keeps theirs."""
    if role is None or role is staff.role:
        return staff
    try:
        await change_role(tools.accounts, staff.id, role, None)
    except LastAdmin:
        return staff
    return replace(staff, role=role)


def _email_of(rules: SignOnRules, claims: dict[str, Any]) -> str:
    email = str(claims.get("email") or "").strip().lower()
    domain = email.rpartition("@")[2]
    if claims.get("email_verified") is not True or "@" not in email or len(email) > 254:
        raise SsoEmailBad
    if rules.domains and domain not in rules.domains:
        raise SsoEmailBad
    return email


def _role_of(rules: SignOnRules, claims: dict[str, Any]) -> Role | None:
    """The highest role the claim gives; None without a mapping. Raises SsoNoRole."""
    if not rules.roles:
        return None
    said: Any = claims
    for part in rules.role_claim.split("."):
        said = said.get(part) if isinstance(said, dict) else None
    values = said if isinstance(said, list) else [said]
    found = {rules.roles[value] for value in values if isinstance(value, str) and value in rules.roles}
    for role in reversed(Role):
        if role in found:
            return role
    raise SsoNoRole
