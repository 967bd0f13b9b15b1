"""JSON routes of API keys."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from app.accounts.access import require
from app.accounts.domain import Permission, Principal, Role
from app.accounts.keys import service
from app.accounts.keys.store import Key
from app.accounts.service import AccountTools
from app.kernel.web import tool
from app.kernel.wire import VisibleText, Wire

router = APIRouter(prefix="/api/v1/keys", tags=["accounts"])
Tools = Annotated[AccountTools, tool(AccountTools)]
Keeper = Annotated[Principal, require(Permission.ACCOUNTS_KEY_WRITE)]


class NewKey(Wire):
    """What a new key is for. scopes: a part of what its role may; left out, all of it. expires_at: left out, never."""

    role: Role
    name: Annotated[VisibleText, Field(max_length=100)]
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=len(Permission))] | None = None
    expires_at: AwareDatetime | None = None


class CreatedKey(Wire):
    """The key itself, told this once."""

    key_id: UUID
    key: str


class KeyView(Wire):
    """A key without its secret."""

    key_id: UUID
    name: str
    role: Role
    scopes: list[Permission] | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, one: Key) -> Self:
        """The key as the contract shows it."""
        shown = {name: value for name, value in vars(one).items() if name not in ("id", "scopes")}
        return cls(**shown, key_id=one.id, scopes=None if one.scopes is None else sorted(one.scopes))


class KeyList(Wire):
    """Every key, those that work first."""

    items: list[KeyView]


@router.get("", dependencies=[require(Permission.ACCOUNTS_KEY_WRITE)])
async def list_all(tools: Tools) -> KeyList:
    """Every key, with its scopes and when it was last used (to the minute)."""
    return KeyList(items=[KeyView.of(one) for one in await service.list_api_keys(tools)])


@router.post("", status_code=201)
async def add_key(form: NewKey, response: Response, tools: Tools, principal: Keeper) -> CreatedKey:
    """Makes a key; it opens no more than who makes it may do."""
    key_id, key = await service.create_api_key(
        tools, form.role, form.name, principal, scopes=form.scopes, expires_at=form.expires_at
    )
    response.headers["Location"] = f"/api/v1/keys/{key_id}"
    response.headers["Cache-Control"] = "no-store"
    return CreatedKey(key_id=key_id, key=key)


@router.delete("/{key_id}", status_code=204)
async def end_key(key_id: UUID, tools: Tools, principal: Keeper) -> None:
    """Revokes a key at once."""
    await service.revoke_api_key(tools, key_id, principal)
