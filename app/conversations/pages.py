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
from app.kernel.web import page_locale, render, tool

router = APIRouter(include_in_schema=False)
CHANNEL = "web"


@dataclass(frozen=True)
class ChatPage:
    """The chat page; `config` goes into it as JSON, read by the element (frontend/src/customer/config.ts)."""

    title: str
    has_logo: bool
    config: dict[str, Any]


def chat_config(company: Company, openings: Openings | None = None) -> dict[str, Any]:
    """What <kefu-chat> shows of a company. Colours equal to the design's own are left to its tokens."""
    return {
        "channel": CHANNEL,
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
    openings = await tools.service.openings() if tools.service else None
    title = company.support_name.read(page_locale(request))
    return render(request, "chat/page.html", ChatPage(title, company.logo is not None, chat_config(company, openings)))
