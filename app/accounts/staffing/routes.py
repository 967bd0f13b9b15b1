"""JSON routes of staff: listed, invited, disabled, given another role or password."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from app.accounts.access import SIGNING_IN, public, require, slowed
from app.accounts.domain import GRANTS, Permission, Principal, Role
from app.accounts.service import AccountTools
from app.accounts.staffing import service
from app.accounts.staffing.store import Colleague
from app.kernel.web import tool
from app.kernel.wire import CleanText, VisibleText, Wire

router = APIRouter(prefix="/api/v1", tags=["accounts"])
Tools = Annotated[AccountTools, tool(AccountTools)]
Admin = Annotated[Principal, require(Permission.ACCOUNTS_STAFF_WRITE)]
READ = require(Permission.ACCOUNTS_STAFF_WRITE)


class ColleagueView(Wire):
    """One account. sessions: browsers signed in now."""

    staff_id: UUID
    email: str
    name: str
    role: Role
    disabled: bool
    sessions: int
    second_factor: bool
    created_at: datetime

    @classmethod
    def of(cls, one: Colleague) -> Self:
        """The account as the contract shows it."""
        return cls(**{**{name: value for name, value in vars(one).items() if name != "id"}, "staff_id": one.id})


class StaffList(Wire):
    """Every account, and what each role may do."""

    items: list[ColleagueView]
    grants: dict[Role, list[Permission]]


class InviteForm(Wire):
    """Whom to invite, and as what."""

    email: Annotated[VisibleText, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    name: Annotated[VisibleText, Field(max_length=100)]
    role: Role


class RoleForm(Wire):
    """Another role."""

    role: Role


class LinkView(Wire):
    """Where somebody sets a password, once; told only here. The token stands behind #, which no server log sees."""

    staff_id: UUID
    path: str


class PasswordForm(Wire):
    """A link's token and the password it sets."""

    token: Annotated[CleanText, Field(min_length=20, max_length=200)]
    password: Annotated[CleanText, Field(min_length=1, max_length=1_000)]


def _view(link: service.Link) -> LinkView:
    return LinkView(staff_id=link.staff_id, path=f"/set-password#{link.token}")


@router.get("/staff", dependencies=[READ])
async def list_all(tools: Tools) -> StaffList:
    """Every account, by name."""
    grants = {role: sorted(granted) for role, granted in GRANTS.items()}
    return StaffList(items=[ColleagueView.of(one) for one in await service.list_colleagues(tools)], grants=grants)


@router.post("/staff", status_code=201)
async def invite(form: InviteForm, response: Response, tools: Tools, admin: Admin) -> LinkView:
    """A new account and the link with which its owner sets a password."""
    link = await service.invite(tools, form.email, form.name, form.role, admin)
    response.headers["Location"] = f"/api/v1/staff/{link.staff_id}"
    return _view(link)


@router.post("/staff/{staff_id}/reset", status_code=201)
async def reset(staff_id: UUID, response: Response, tools: Tools, admin: Admin) -> LinkView:
    """A link that sets another password; earlier links of the account work no more."""
    response.headers["Location"] = f"/api/v1/staff/{staff_id}"
    return _view(await service.reset(tools, staff_id, admin))


@router.put("/staff/{staff_id}/role", status_code=204)
async def change_role(staff_id: UUID, form: RoleForm, tools: Tools, admin: Admin) -> None:
    """Another role, from the next request on."""
    await service.change_role(tools, staff_id, form.role, admin)


@router.post("/staff/{staff_id}/disable", status_code=204)
async def disable(staff_id: UUID, tools: Tools, admin: Admin) -> None:
    """All its sessions end at once, and what it had open is cut within seconds."""
    await service.disable(tools, staff_id, admin)


@router.post("/staff/{staff_id}/enable", status_code=204)
async def enable(staff_id: UUID, tools: Tools, admin: Admin) -> None:
    """May sign in again."""
    await service.enable(tools, staff_id, admin)


@router.post("/password", status_code=204, dependencies=[public, slowed(SIGNING_IN)])
async def set_password(form: PasswordForm, tools: Tools) -> None:
    """Sets a password by a link from an invitation or a reset, once."""
    await service.set_password(tools, form.token, form.password)
