"""The pages of staff and of the audit trail, and the one where a link sets a password."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts.access import SignedInPrincipal, public, require
from app.accounts.company import Company
from app.accounts.domain import Permission, Principal
from app.accounts.pages import shell_page
from app.kernel.web import page_locale, render, tool

router = APIRouter(include_in_schema=False)
OurCompany = Annotated[Company, tool(Company)]


@dataclass(frozen=True)
class PasswordPage:
    """Where a link leads; the token stands behind # and never reaches a log."""

    company_name: str


@router.get("/admin/staff")
async def staff_page(
    request: Request, principal: Annotated[Principal, require(Permission.ACCOUNTS_STAFF_WRITE)], company: OurCompany
) -> Response:
    """Who works here, as what, and what each role may do."""
    return shell_page(request, "accounts/staff.html", "staff", principal, company)


@router.get("/admin/audit")
async def audit_page(
    request: Request, principal: Annotated[Principal, require(Permission.ACCOUNTS_AUDIT_READ)], company: OurCompany
) -> Response:
    """Who did what, with filters, as CSV, and whether the chain holds."""
    return shell_page(request, "accounts/audit.html", "audit", principal, company)


@router.get("/admin/keys")
async def keys_page(
    request: Request, principal: Annotated[Principal, require(Permission.ACCOUNTS_KEY_WRITE)], company: OurCompany
) -> Response:
    """Which programs come in, with what scopes, and when they last did."""
    return shell_page(request, "accounts/keys.html", "keys", principal, company)


@router.get("/set-password", dependencies=[public])
async def password_page(request: Request, company: OurCompany) -> Response:
    """The form of an invitation or a reset."""
    return render(request, "accounts/set_password.html", PasswordPage(company.name.read(page_locale(request))))


@router.get("/account")
async def account_page(request: Request, principal: SignedInPrincipal, company: OurCompany) -> Response:
    """One's own account: how one signs in."""
    return shell_page(request, "accounts/account.html", "account", principal, company)
