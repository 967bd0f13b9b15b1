"""JSON routes of accounts: sign in, sign out, who am I."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.accounts.access import SIGNING_IN, SignedInPrincipal, keep_signed_in, public, slowed
from app.accounts.domain import FactorNeeded
from app.accounts.schemas import Session, Unfinished, User, session_of
from app.accounts.service import AccountTools, sign_in, sign_out
from app.kernel.web import address_of, tool
from app.kernel.wire import CleanText, VisibleText, Wire

router = APIRouter(prefix="/api/v1", tags=["accounts"])
Tools = Annotated[AccountTools, tool(AccountTools)]


class SignInForm(Wire):
    """An e-mail and a password."""

    email: Annotated[VisibleText, Field(max_length=254)]
    password: Annotated[CleanText, Field(min_length=1, max_length=1_000)]


@router.post("/session", dependencies=[public, slowed(SIGNING_IN)], responses={202: {"model": Unfinished}})
async def start_session(form: SignInForm, request: Request, response: Response, tools: Tools) -> Session | Unfinished:
    """Signs in: sets the session cookie and answers with the CSRF token, or 202 where a code is still to come."""
    address = address_of(request)
    opened = await sign_in(tools, form.email, form.password, address)
    if isinstance(opened, FactorNeeded):
        response.status_code = 202
        response.headers["Cache-Control"] = "no-store"
        return Unfinished(ticket=opened.ticket, step="enrol" if opened.enrol else "code")
    keep_signed_in(response, tools, opened)
    return session_of(opened)


@router.get("/session")
async def show_session(principal: SignedInPrincipal) -> Session:
    """Who is signed in."""
    user = User(user_id=principal.id, name=principal.name, role=principal.role)
    return Session(csrf_token=principal.csrf_token or "", user=user)


@router.delete("/session", status_code=204)
async def close_session(request: Request, response: Response, tools: Tools, principal: SignedInPrincipal) -> None:
    """Signs out."""
    await sign_out(tools, request.cookies.get(tools.cookie, ""))
    response.delete_cookie(tools.cookie, path="/", secure=tools.secure_cookies)
