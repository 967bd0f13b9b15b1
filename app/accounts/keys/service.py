"""What is done with API keys. A key never opens more than who made it may do."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from app.accounts import store as accounts
from app.accounts.domain import GRANTS, Permission, Principal, Role
from app.accounts.errors import KeyExceeds, KeyOver, ScopeBeyondRole
from app.accounts.keys import store
from app.accounts.keys.store import Key
from app.accounts.service import AccountTools
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.ids import new_token, token_digest


async def create_api_key(
    tools: AccountTools,
    role: Role,
    name: str,
    actor: Principal | None,
    *,
    scopes: Collection[Permission] | None = None,
    expires_at: datetime | None = None,
) -> tuple[UUID, str]:
    """A new key and its id; the key is told only here. Raises ScopeBeyondRole, KeyExceeds, KeyOver."""
    narrowed = None if scopes is None else frozenset(scopes)
    opens = GRANTS[role] if narrowed is None else narrowed
    if not opens <= GRANTS[role]:
        raise ScopeBeyondRole
    if actor is not None and not all(actor.may(one) for one in opens):
        raise KeyExceeds
    if expires_at is not None and expires_at <= now():
        raise KeyOver
    key = "kefu_" + new_token()
    details: dict[str, object] = {
        "role": role.value,
        "scopes": None if narrowed is None else sorted(one.value for one in narrowed),
        "expires_at": None if expires_at is None else expires_at.isoformat(),
    }
    async with tools.database.transaction() as session:
        by = actor.name if actor else "system"
        key_id = await store.add_api_key(session, token_digest(key), name, role, narrowed, expires_at, by)
        await accounts.add_audit(session, actor, "api_key.create", str(key_id), details)
    return key_id, key


async def list_api_keys(tools: AccountTools) -> Sequence[Key]:
    """Every key there ever was."""
    async with tools.database.reading() as session:
        return await store.list_api_keys(session)


async def revoke_api_key(tools: AccountTools, key_id: UUID, actor: Principal | None) -> None:
    """Ends a key at once. Raises NotFound."""
    async with tools.database.transaction() as session:
        if not await store.revoke_api_key(session, key_id):
            raise NotFound
        await accounts.add_audit(session, actor, "api_key.revoke", str(key_id), {})
