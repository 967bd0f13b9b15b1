"""JSON routes of the desk's offers: a suggested reply, the summary, passages to quote."""

from typing import Annotated

from fastapi import APIRouter, Request

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.conversations.access import StaffConversation
from app.escalation.suggest.schemas import (
    BriefedView,
    KnowledgeQuery,
    OfferedView,
    PassageList,
    PassageView,
    SuggestionView,
    told,
)
from app.escalation.suggest.service import OfferTools, brief, find_knowledge, suggest
from app.escalation.suggest.words import done_words
from app.kernel.errors import request_locale
from app.kernel.texts import text
from app.kernel.web import tool

router = APIRouter(tags=["desk"])
Tools = Annotated[OfferTools, tool(OfferTools)]
Server = Annotated[Principal, require(Permission.DESK_SERVE)]
MOST_PASSAGES = 8


@router.get("/conversations/{conversation_id}/suggestion")
async def suggestion(tools: Tools, principal: Server, conversation_id: StaffConversation) -> OfferedView:
    """A reply to the newest question, only from what this customer may read; never sent by itself."""
    found = await suggest(tools, conversation_id)
    links = tools.conversations.bulletin.links
    return OfferedView(suggestion=None if found is None else SuggestionView.of(found, links))


@router.get("/conversations/{conversation_id}/brief", dependencies=[require(Permission.CONVERSATIONS_READ)])
async def summary(request: Request, tools: Tools, conversation_id: StaffConversation) -> BriefedView:
    """The conversation in three lines."""
    locale = request_locale(request)
    found = await brief(tools, conversation_id)
    if found is None:
        return BriefedView(brief=None)
    return BriefedView(brief=told(found, done_words(found.done, locale), text("desk.nothing_open", locale)))


@router.post("/conversations/{conversation_id}/knowledge")
async def knowledge(
    tools: Tools, principal: Server, conversation_id: StaffConversation, form: KnowledgeQuery
) -> PassageList:
    """Passages about something, best first; those the customer may not read are marked."""
    found = await find_knowledge(tools, conversation_id, form.query, MOST_PASSAGES)
    links = tools.conversations.bulletin.links
    return PassageList(items=[PassageView.of(one, links) for one in found])
