"""The two addresses of single sign-on: the way to the provider, and the way back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts.access import SIGNING_IN, keep_signed_in, public, slowed
from app.accounts.pages import own_path
from app.accounts.single_sign_on import service
from app.accounts.single_sign_on.errors import TOLD_ON_THE_PAGE, SsoRefused, SsoStateBad
from app.accounts.single_sign_on.service import SignOnTools
from app.kernel.errors import AppError
from app.kernel.logging import get_logger
from app.kernel.settings import Settings
from app.kernel.web import address_of, tool

log = get_logger(__name__)
router = APIRouter(prefix="/sso", include_in_schema=False)
Tools = Annotated[SignOnTools, tool(SignOnTools)]
OurSettings = Annotated[Settings, tool(Settings)]
JOURNEY = "kefu_sso"
Given = Annotated[str, Query(max_length=4_000)]


def _back(request: Request, settings: Settings) -> str:
    return (settings.public_url or str(request.base_url).rstrip("/")) + "/sso/callback"


def _excuse(error: AppError) -> Response:
    """Back to the sign-in page, which says what happened."""
    if error.code not in TOLD_ON_THE_PAGE:
        raise error
    log.info("sso_refused", code=error.code, **error.extra)
    reason = f"&reason={error.extra['reason']}" if "reason" in error.extra else ""
    response = RedirectResponse(f"/sign-in?problem={error.code}{reason}", status_code=303)
    response.delete_cookie(JOURNEY, path="/sso")
    return response


@router.get("/start", dependencies=[public, slowed(SIGNING_IN)])
async def set_off(
    request: Request, tools: Tools, settings: OurSettings, wanted: Annotated[str, Query(alias="next")] = ""
) -> Response:
    """Sends the browser to the provider; what it keeps lets no other browser finish the journey."""
    try:
        address, kept = await service.set_off(tools, _back(request, settings), own_path(wanted))
    except AppError as error:
        return _excuse(error)
    response = RedirectResponse(address, status_code=303)
    secure, lasts = settings.secure_cookies, int(service.LASTS.total_seconds())
    response.set_cookie(JOURNEY, kept, max_age=lasts, httponly=True, samesite="lax", secure=secure, path="/sso")
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/callback", dependencies=[public, slowed(SIGNING_IN)])
async def arrive(
    request: Request, tools: Tools, settings: OurSettings, state: Given = "", code: Given = "", error: Given = ""
) -> Response:
    """Where the provider sends the browser back to: signed in, or told why not."""
    address = address_of(request)
    try:
        journey = service.journey_of(tools, request.cookies.get(JOURNEY, ""), state)
        if error:
            raise SsoRefused
        if not code:
            raise SsoStateBad
        opened = await service.arrive(tools, journey, code, _back(request, settings), address)
    except AppError as problem:
        return _excuse(problem)
    response = RedirectResponse(journey.next_path, status_code=303)
    keep_signed_in(response, tools.accounts, opened)
    response.delete_cookie(JOURNEY, path="/sso")
    return response
