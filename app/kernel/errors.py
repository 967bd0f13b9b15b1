"""AppError, the only error a room raises on purpose, and its one rendering as problem+json."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match

from app.kernel.logging import get_logger
from app.kernel.texts import pick_locale, text
from app.kernel.web import render

log = get_logger(__name__)


class AppError(Exception):
    """Base of every expected failure: a stable `code`, an HTTP `status`, values for the sentence, extra members.

    The sentence is `errors.<code>` in the text catalogue. `extra` are members added to the problem document.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500

    def __init__(self, *, extra: dict[str, Any] | None = None, retry_after_s: int | None = None, **values: object):
        super().__init__(self.code)
        self.values = values
        self.extra = extra or {}
        self.retry_after_s = retry_after_s

    def sentence(self, locale: str) -> str:
        """What a person reads."""
        return text(f"errors.{self.code}", locale, **self.values)


class NotFound(AppError):
    """There is no such thing, or it is not yours: the same answer for both."""

    code, status = "not_found", 404


class Forbidden(AppError):
    """You are known, and this is not for you."""

    code, status = "forbidden", 403


class Unauthenticated(AppError):
    """Nobody is signed in, or the token is missing or over."""

    code, status = "unauthenticated", 401


class Conflict(AppError):
    """Someone else was faster, or the state does not allow it."""

    code, status = "conflict", 409


class Invalid(AppError):
    """The request is understood and cannot be right."""

    code, status = "invalid_request", 422


class TooManyRequests(AppError):
    """Slow down; Retry-After says how long."""

    code, status = "too_many_requests", 429


class Unavailable(AppError):
    """A part Kefu needs is not answering right now."""

    code, status = "unavailable", 503


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
CODES = {
    400: "malformed_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
    429: "too_many_requests",
    503: "unavailable",
}


def request_locale(request: Request) -> str:
    """The language errors are told in: the `kefu_locale` cookie, else Accept-Language, else Chinese."""
    return pick_locale(request.cookies.get("kefu_locale") or request.headers.get("accept-language"), "zh-CN")


@dataclass(frozen=True)
class ErrorPage:
    """What an error page tells: the code, the sentence, and the request's id for a report."""

    code: str
    sentence: str
    status: int
    request_id: str


def _wants_page(request: Request) -> bool:
    """Whether a person's browser asks for a page, as opposed to a program asking for JSON."""
    is_api = request.url.path.startswith(("/api/", "/v1/"))
    return request.method == "GET" and not is_api and "text/html" in request.headers.get("accept", "")


def problem(request: Request, status: int, code: str, detail: str, **extra: Any) -> Response:
    """One application/problem+json answer with type, title, status, code, detail and request_id.

    A browser asking for a page is sent to the sign-in page (401) or shown an error page instead.
    """
    if _wants_page(request):
        if status == 401:
            return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", status_code=303)
        shown = ErrorPage(code, detail, status, request.scope.get("request_id", ""))
        return render(request, "error.html", shown, status)
    body = {
        "type": f"/docs/problems#{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request.scope.get("request_id", ""),
        **extra,
    }
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


async def render_app_error(request: Request, error: Exception) -> Response:
    """Renders any AppError."""
    assert isinstance(error, AppError)
    if error.status >= 500:
        log.warning("request_failed", code=error.code, path=request.url.path)
    response = problem(request, error.status, error.code, error.sentence(request_locale(request)), **error.extra)
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(max(1, error.retry_after_s))
    return response


async def render_validation_error(request: Request, error: Exception) -> Response:
    """422 for a body or parameter that does not fit; 400 when it is not even JSON. Never echoes the input."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    locale = request_locale(request)
    if any(item["type"] == "json_invalid" for item in found):
        return problem(request, 400, "malformed_request", text("errors.malformed_request", locale))
    fields = [{"field": ".".join(str(p) for p in i["loc"][1:]), "problem": i["type"]} for i in found[:20]]
    return problem(request, 422, "invalid_request", text("errors.invalid_request", locale), fields=fields)


async def render_http_error(request: Request, error: Exception) -> Response:
    """Errors the framework itself raises: unknown path, wrong method."""
    assert isinstance(error, StarletteHTTPException)
    code = CODES.get(error.status_code, "internal_error")
    response = problem(request, error.status_code, code, text(f"errors.{code}", request_locale(request)))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(sorted(_methods_of(request)))
    return response


def _methods_of(request: Request) -> set[str]:
    """Every method some route takes at this path; the framework itself names only the first route's."""
    return {
        method
        for method in METHODS
        for route in request.app.router.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }


async def render_unexpected(request: Request, error: Exception) -> Response:
    """Anything nobody expected: logged with its trace, told without it."""
    log.error("request_crashed", path=request.url.path, error=type(error).__name__, exc_info=error)
    return problem(request, 500, "internal_error", text("errors.internal_error", request_locale(request)))
