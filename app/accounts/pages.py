"""The sign-in page, and what every staff page shows around its content."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts.access import MaybePrincipal, public
from app.accounts.company import Company
from app.accounts.domain import Permission, Principal
from app.accounts.single_sign_on.errors import REASONS, TOLD_ON_THE_PAGE
from app.accounts.single_sign_on.service import SignOnTools
from app.kernel.web import page_locale, render, tool

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class NavigationItem:
    """One row of the side navigation, shown to those who hold the permission."""

    key: str
    href: str
    icon: str
    permission: Permission
    group: str


NAVIGATION = (
    NavigationItem("desk", "/desk", "headset", Permission.CONVERSATIONS_READ, ""),
    NavigationItem("search", "/desk/search", "search", Permission.CONVERSATIONS_READ, ""),
    NavigationItem("canned", "/desk/canned", "message-square-text", Permission.DESK_SERVE, ""),
    NavigationItem("documents", "/admin/documents", "file-text", Permission.KNOWLEDGE_WRITE, "knowledge"),
    NavigationItem("sources", "/admin/sources", "folder-sync", Permission.KNOWLEDGE_WRITE, "knowledge"),
    NavigationItem("faqs", "/admin/faqs", "circle-help", Permission.KNOWLEDGE_WRITE, "knowledge"),
    NavigationItem("words", "/admin/words", "book-a", Permission.KNOWLEDGE_WRITE, "knowledge"),
    NavigationItem("hit-test", "/admin/hit-test", "scan-search", Permission.EVALUATION_READ, "knowledge"),
    NavigationItem("regression", "/admin/regression", "list-checks", Permission.EVALUATION_READ, "knowledge"),
    NavigationItem("bases", "/admin/bases", "library", Permission.KNOWLEDGE_WRITE, "knowledge"),
    NavigationItem("embedders", "/admin/embedders", "boxes", Permission.MODELS_WRITE, "knowledge"),
    NavigationItem("prompts", "/admin/prompts", "message-square-code", Permission.ANSWERING_PROMPT_READ, "answering"),
    NavigationItem("intents", "/admin/intents", "tags", Permission.ANSWERING_INTENT_READ, "answering"),
    NavigationItem("tools", "/admin/tools", "wrench", Permission.ANSWERING_TOOL_READ, "answering"),
    NavigationItem("guard", "/admin/guard", "shield", Permission.ANSWERING_GUARD_READ, "answering"),
    NavigationItem("evaluation", "/admin/evaluation", "clipboard-check", Permission.EVALUATION_READ, "answering"),
    NavigationItem("gaps", "/admin/gaps", "puzzle", Permission.FEEDBACK_CORRECTION_REVIEW, "learning"),
    NavigationItem("corrections", "/desk/corrections", "pencil", Permission.FEEDBACK_CORRECTION_PROPOSE, "learning"),
    NavigationItem("datasets", "/admin/datasets", "database", Permission.TRAINING_READ, "learning"),
    NavigationItem("training", "/admin/training", "activity", Permission.TRAINING_READ, "learning"),
    NavigationItem("models", "/admin/models", "box", Permission.TRAINING_READ, "learning"),
    NavigationItem("comparison", "/admin/comparison", "scale", Permission.FEEDBACK_CORRECTION_PROPOSE, "learning"),
    NavigationItem("queues", "/admin/queues", "users", Permission.DESK_SUPERVISE, "people"),
    NavigationItem("rules", "/admin/rules", "list-ordered", Permission.DESK_SUPERVISE, "people"),
    NavigationItem("wall", "/desk/wall", "layout-dashboard", Permission.DESK_SUPERVISE, "people"),
    NavigationItem("inspection", "/desk/inspection", "clipboard-list", Permission.DESK_SERVE, "people"),
    NavigationItem("service-levels", "/admin/service-levels", "timer", Permission.DESK_SUPERVISE, "people"),
    NavigationItem("service", "/admin/service", "clock", Permission.DESK_SUPERVISE, "people"),
    NavigationItem("staff", "/admin/staff", "users-round", Permission.ACCOUNTS_STAFF_WRITE, "people"),
    NavigationItem("keys", "/admin/keys", "key-round", Permission.ACCOUNTS_KEY_WRITE, "people"),
    NavigationItem("customer-data", "/admin/customer-data", "user-x", Permission.ACCOUNTS_CUSTOMER_ERASE, "people"),
    NavigationItem("audit", "/admin/audit", "scroll-text", Permission.ACCOUNTS_AUDIT_READ, "people"),
)


SECTION_ICONS = {
    "": "",
    "knowledge": "book-open",
    "answering": "sparkles",
    "learning": "graduation-cap",
    "people": "users",
}
# Whoever has no more rows than this sees them all at once.
FEW_ROWS = 12


@dataclass(frozen=True)
class NavigationSection:
    """Rows that belong together; the first section has no title and is always open."""

    key: str
    rows: list[NavigationItem]
    open: bool

    @property
    def icon(self) -> str:
        """The icon of its title."""
        return SECTION_ICONS[self.key]


@dataclass(frozen=True)
class StaffPage:
    """What the shell of a staff page needs; pages of other rooms extend it with their own content."""

    active: str
    principal: Principal
    company: Company
    company_name: str

    def may(self, permission: str) -> bool:
        """Whether this person may do something, for templates: they name the permission as the API does."""
        return self.principal.may(Permission(permission))

    @property
    def navigation(self) -> list[NavigationItem]:
        """The rows this person may open."""
        return [item for item in NAVIGATION if self.principal.may(item.permission)]

    @property
    def sections(self) -> list[NavigationSection]:
        """The same by section, those without rows left out; open are the page's own and, of few rows, all."""
        rows = {key: [item for item in self.navigation if item.group == key] for key in SECTION_ICONS}
        few = len(self.navigation) <= FEW_ROWS
        return [
            NavigationSection(key, items, few or any(item.key == self.active for item in items))
            for key, items in rows.items()
            if items
        ]


def shell_page(request: Request, template: str, active: str, principal: Principal, company: Company) -> Response:
    """A page whose content its own element fetches: nothing but the shell around it."""
    page = StaffPage(active, principal, company, company.name.read(page_locale(request)))
    return render(request, template, page)


@dataclass(frozen=True)
class SignInPage:
    """The sign-in page: whose desk it is, on which server, and where to go afterwards."""

    company_name: str
    host: str
    next_path: str
    hours: int
    sso: str | None
    problem: str | None
    reason: str


def own_path(wanted: str | None) -> str:
    """A path on this server to go on to; anything that could lead elsewhere becomes the desk."""
    parts = urlsplit(wanted or "")
    safe = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in parts.path
    return (wanted or "/desk") if safe and not parts.path.startswith("//") else "/desk"


@router.get("/sign-in", dependencies=[public])
async def sign_in_page(
    request: Request,
    principal: MaybePrincipal,
    company: Annotated[Company, tool(Company)],
    sign_on: Annotated[SignOnTools, tool(SignOnTools)],
) -> Response:
    """The form for agents, supervisors and admins."""
    next_path = own_path(request.query_params.get("next"))
    if principal is not None:
        return RedirectResponse(next_path, status_code=303)
    problem = request.query_params.get("problem", "")
    page = SignInPage(
        company.name.read(page_locale(request)),
        request.url.netloc,
        next_path,
        sign_on.accounts.session_hours,
        sign_on.rules.name if sign_on.provider else None,
        problem if problem in TOLD_ON_THE_PAGE else None,
        reason if (reason := request.query_params.get("reason", "")) in REASONS else "",
    )
    return render(request, "accounts/sign_in.html", page)


@router.get("/company/logo.svg", dependencies=[public])
async def logo(company: Annotated[Company, tool(Company)]) -> Response:
    """The company's own mark; scripts inside it never run."""
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Cache-Control": "max-age=600",
    }
    return Response(company.logo_svg or b"", media_type="image/svg+xml", headers=headers)
