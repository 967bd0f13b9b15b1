"""JSON routes of the second factor: one's own, the last step of a sign-in, and what admins do with it."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.accounts.access import SIGNING_IN, SignedInPrincipal, keep_signed_in, public, require, slowed
from app.accounts.domain import Permission, Principal, Role, SignedIn
from app.accounts.schemas import Session, session_of
from app.accounts.second_factor import service
from app.accounts.second_factor.service import FactorTools
from app.kernel.errors import Forbidden
from app.kernel.web import address_of, tool
from app.kernel.wire import CleanText, Wire

router = APIRouter(prefix="/api/v1", tags=["accounts"])
Tools = Annotated[FactorTools, tool(FactorTools)]
Admin = Annotated[Principal, require(Permission.ACCOUNTS_STAFF_WRITE)]
Ticket = Annotated[CleanText, Field(min_length=20, max_length=200)]
Code = Annotated[CleanText, Field(min_length=6, max_length=40)]


class TicketForm(Wire):
    """The ticket a right password was answered with."""

    ticket: Ticket


class FinishForm(Wire):
    """The ticket, and a code from the app or a recovery code."""

    ticket: Ticket
    code: Code


class CodeForm(Wire):
    """A code from the app."""

    code: Code


class EnrolmentView(Wire):
    """What an app needs: the secret to type, or the same as a QR code (a data: URI of an SVG)."""

    secret: str
    address: str
    picture: str

    @classmethod
    def of(cls, one: service.Enrolment) -> Self:
        """The enrolment as the contract shows it."""
        return cls(secret=one.secret, address=one.address, picture=one.picture)


class RecoveryCodes(Wire):
    """Each of them once in place of a code; told only here."""

    recovery_codes: list[str]


class FinishedSession(Session):
    """A session; with recovery codes when this sign-in enrolled."""

    recovery_codes: list[str]


class StateView(Wire):
    """Whether one's account has a second factor, must have one, and how many recovery codes are left."""

    on: bool
    required: bool
    recovery_codes: int


class Rule(Wire):
    """The roles nobody signs in to without a second factor."""

    roles: Annotated[list[Role], Field(max_length=len(Role))]


def _person(principal: SignedInPrincipal) -> Principal:
    if principal.kind != "staff":
        raise Forbidden
    return principal


@router.post("/session/enrolment", dependencies=[public, slowed(SIGNING_IN)])
async def enrol_to_sign_in(form: TicketForm, response: Response, tools: Tools) -> EnrolmentView:
    """For a sign-in that stopped at step `enrol`: the secret of a new authenticator."""
    response.headers["Cache-Control"] = "no-store"
    return EnrolmentView.of(await service.enrol_to_sign_in(tools, form.ticket))


@router.post("/session/code", dependencies=[public, slowed(SIGNING_IN)])
async def finish_sign_in(form: FinishForm, request: Request, response: Response, tools: Tools) -> FinishedSession:
    """The code after the password: answers as a sign-in without one does."""
    address = address_of(request)
    opened: SignedIn
    opened, codes = await service.finish_sign_in(tools, form.ticket, form.code, address)
    keep_signed_in(response, tools.accounts, opened)
    return FinishedSession(**session_of(opened).model_dump(), recovery_codes=codes)


@router.get("/second-factor")
async def show(tools: Tools, principal: SignedInPrincipal) -> StateView:
    """How it stands with one's own account."""
    state = await service.state_of(tools, _person(principal).id)
    return StateView(on=state.on, required=state.required, recovery_codes=state.recovery_codes)


@router.post("/second-factor/enrolment")
async def enrol(response: Response, tools: Tools, principal: SignedInPrincipal) -> EnrolmentView:
    """A new secret; it counts once a code was confirmed."""
    response.headers["Cache-Control"] = "no-store"
    return EnrolmentView.of(await service.enrol(tools, _person(principal).id))


@router.post("/second-factor/confirm")
async def confirm(form: CodeForm, request: Request, tools: Tools, principal: SignedInPrincipal) -> RecoveryCodes:
    """Switches it on with the first code; one's other browsers are signed out."""
    keep = request.cookies.get(tools.accounts.cookie, "")
    return RecoveryCodes(recovery_codes=await service.confirm(tools, _person(principal), form.code, keep))


@router.post("/second-factor/recovery-codes")
async def renew(form: CodeForm, tools: Tools, principal: SignedInPrincipal) -> RecoveryCodes:
    """Other recovery codes; the earlier ones work no more."""
    return RecoveryCodes(recovery_codes=await service.renew_recovery_codes(tools, _person(principal), form.code))


@router.post("/second-factor/remove", status_code=204)
async def remove(form: CodeForm, tools: Tools, principal: SignedInPrincipal) -> None:
    """Switches it off."""
    await service.take_off(tools, _person(principal), form.code)


@router.delete("/staff/{staff_id}/second-factor", status_code=204)
async def reset(staff_id: UUID, tools: Tools, admin: Admin) -> None:
    """Takes it off an account whose owner lost phone and recovery codes, and signs them out."""
    await service.reset(tools, staff_id, admin)


@router.get("/second-factor/rule", dependencies=[require(Permission.ACCOUNTS_STAFF_WRITE)])
async def show_rule(tools: Tools) -> Rule:
    """Who must have one."""
    return Rule(roles=sorted(await service.required_roles(tools)))


@router.put("/second-factor/rule", status_code=204)
async def change_rule(form: Rule, tools: Tools, admin: Admin) -> None:
    """Who must have one, from now on: those without are signed out, and enrol as they sign in."""
    await service.require_of(tools, set(form.roles), admin)
