"""The customer's page: the shell around <kefu-chat>, and what it must know about the company before a question."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from app.accounts import Company
from app.accounts.access import public
from app.conversations.accent import shades
from app.conversations.ports import Openings
from app.conversations.service import ConversationTools
from app.kernel.clock import iso
from app.kernel.middleware import CONTENT_SECURITY_POLICY
from app.kernel.settings import Settings
from app.kernel.web import built, page_locale, render, tool

router = APIRouter(include_in_schema=False)
CHANNEL = "web"
FRAMED_CHANNEL = "widget"


@dataclass(frozen=True)
class ChatPage:
    """The chat page; `config` goes into it as JSON, read by the element (frontend/src/customer/config.ts)."""

    title: str
    has_logo: bool
    config: dict[str, Any]
    framed: bool = False


def chat_config(company: Company, openings: Openings | None = None, framed: bool = False) -> dict[str, Any]:
    """What <kefu-chat> shows of a company. Colours equal to the design's own are left to its tokens."""
    return {
        "channel": FRAMED_CHANNEL if framed else CHANNEL,
        "company": company.name.model_dump(),
        "title": company.support_name.model_dump(),
        "assistant": company.assistant.model_dump(),
        "greeting": company.greeting.model_dump(),
        "suggestions": company.suggestions.model_dump(),
        "hours": _told(openings) if openings else None,
        "logo_url": "/company/logo.svg" if company.logo else None,
        "accent": shades(company.accent),
    }


def _told(openings: Openings) -> dict[str, Any]:
    spans = [[iso(begin), iso(end)] for begin, end in openings.spans]
    return {"timezone": openings.timezone, "reply_by": openings.reply_by, "spans": spans}


@router.get("/", dependencies=[public])
async def chat_page(
    request: Request,
    company: Annotated[Company, tool(Company)],
    tools: Annotated[ConversationTools, tool(ConversationTools)],
) -> Response:
    """Where customers ask."""
    return await _chat(request, company, tools, framed=False)


@router.get("/widget", dependencies=[public])
async def widget(
    request: Request,
    company: Annotated[Company, tool(Company)],
    tools: Annotated[ConversationTools, tool(ConversationTools)],
    settings: Annotated[Settings, tool(Settings)],
) -> Response:
    """The same in a frame, on the sites that may show it."""
    response = await _chat(request, company, tools, framed=True)
    sites = " ".join(filter(None, map(str.strip, settings.widget_sites.split(",")))) or "'none'"
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {sites}")
    response.headers["Content-Security-Policy"] = policy
    return response


@router.get("/widget.js", dependencies=[public])
async def widget_loader() -> Response:
    """The script a site adds with one tag: a button, and the chat in a frame."""
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    # Built as a module of its own without imports; in a function its names stay out of the site's.
    return Response(f"(()=>{{{built('src/entries/widget.ts')}}})();", media_type="text/javascript", headers=headers)


async def _chat(request: Request, company: Company, tools: ConversationTools, *, framed: bool) -> Response:
    openings = await tools.service.openings() if tools.service else None
    title = company.support_name.read(page_locale(request))
    page = ChatPage(title, company.logo is not None, chat_config(company, openings, framed), framed)
    return render(request, "chat/page.html", page)
