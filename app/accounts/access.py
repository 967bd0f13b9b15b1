"""FastAPI dependencies that say who is asking and whether they may; every route names one of them or `public`."""

from functools import partial
from hmac import compare_digest
from typing import Annotated, Any

from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from app.accounts.domain import Permission, Principal, SignedIn
from app.accounts.errors import CsrfFailed
from app.accounts.service import AccountTools, find_principal
from app.kernel.errors import Forbidden, Unauthenticated, Unavailable
from app.kernel.limits import Allowance, RateLimits
from app.kernel.web import address_of, tool

# Only told in the description at /docs; what counts is read below.
_KEY = HTTPBearer(
    auto_error=False, scheme_name="ApiKey", description="A key from /admin/keys. Scopes are what it must be allowed."
)
_SESSION = APIKeyCookie(
    name="kefu_session", auto_error=False, scheme_name="StaffSession", description="Set by signing in."
)
# By address, and a whole office may share one; of an account only ten wrong tries count, see the services.
SIGNING_IN = Allowance("sign_in", per_minute=60)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def keep_signed_in(response: Response, tools: AccountTools, opened: SignedIn) -> None:
    """Gives the browser a fresh session's cookie."""
    response.set_cookie(
        tools.cookie,
        opened.token,
        max_age=opened.max_age_s,
        httponly=True,
        samesite="lax",
        secure=tools.secure_cookies,
        path="/",
    )
    response.headers["Cache-Control"] = "no-store"


def bearer_token(request: Request) -> str | None:
    """The token of an `Authorization: Bearer …` header; never taken from a URL or a cookie."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


async def find_staff_principal(
    request: Request, tools: Annotated[AccountTools, tool(AccountTools)]
) -> Principal | None:
    """Who is signed in, or None. A write by cookie must carry the session's X-CSRF-Token, from our own pages.

    Raises CsrfFailed.
    """
    bearer = bearer_token(request)
    principal = await find_principal(tools, cookie=request.cookies.get(tools.cookie), bearer=bearer)
    if principal is not None:
        # Endless streams look again every few seconds whether they may go on.
        request.state.still_in = partial(_still_in, tools, request.cookies.get(tools.cookie), bearer)
    expected = principal.csrf_token if principal else None
    if expected is None or request.method in SAFE_METHODS:
        return principal
    told = request.headers.get("x-csrf-token", "").encode()
    if request.headers.get("sec-fetch-site") == "cross-site" or not compare_digest(told, expected.encode()):
        raise CsrfFailed
    return principal


async def _still_in(tools: AccountTools, cookie: str | None, bearer: str | None) -> bool:
    try:
        return await find_principal(tools, cookie=cookie, bearer=bearer) is not None
    except Unavailable:
        return True  # nobody is shut out because the database is away for a moment


MaybePrincipal = Annotated[Principal | None, Depends(find_staff_principal)]


def require(permission: Permission) -> Any:
    """A dependency giving the principal, or raising Unauthenticated or Forbidden."""

    async def guard(
        principal: MaybePrincipal,
        _key: Annotated[object, Security(_KEY)],
        _session: Annotated[object, Security(_SESSION)],
    ) -> Principal:
        if principal is None:
            raise Unauthenticated
        if not principal.may(permission):
            raise Forbidden
        return principal

    guard.kefu_guard = permission.value  # type: ignore[attr-defined]  # read by the test that walks all routes
    return Security(guard, scopes=[permission.value])


async def _signed_in(principal: MaybePrincipal) -> Principal:
    if principal is None:
        raise Unauthenticated
    return principal


_signed_in.kefu_guard = "signed_in"  # type: ignore[attr-defined]  # read by the test that walks all routes
SignedInPrincipal = Annotated[Principal, Depends(_signed_in)]


def slowed(allowance: Allowance) -> Any:
    """A dependency that lets every address so often and no more. Raises TooManyRequests."""

    async def guard(request: Request, limits: Annotated[RateLimits, tool(RateLimits)]) -> None:
        await limits.take(allowance, address_of(request))

    guard.kefu_allowance = allowance.name  # type: ignore[attr-defined]  # read by the test that walks all routes
    return Depends(guard)


async def _public() -> None:
    return None


_public.kefu_guard = "public"  # type: ignore[attr-defined]  # read by the test that walks all routes
public = Depends(_public)
