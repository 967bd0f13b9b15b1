"""The customer's cards: what the company's own systems know of them, looked up under the name of whoever asks."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.answering.tools import CustomerCard, ToolRegistry, cards_for_customer
from app.conversations import read_customer
from app.conversations.access import StaffConversation
from app.escalation.tools import EscalationTools
from app.kernel.errors import request_locale
from app.kernel.web import tool
from app.kernel.wire import Wire

router = APIRouter(tags=["desk"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Registry = Annotated[ToolRegistry, tool(ToolRegistry)]
Server = Annotated[Principal, require(Permission.DESK_SERVE)]


class CardView(Wire):
    """One of the company's systems. text: markdown, as the customer would read it; `worked` false: why it did not."""

    tool: str
    title: str
    text: str
    worked: bool

    @classmethod
    def of(cls, card: CustomerCard) -> "CardView":
        """The view of a card."""
        return cls(tool=card.tool, title=card.title, text=card.text, worked=card.worked)


class CardList(Wire):
    """Everything known. state: `unverified` when the company does not vouch for the visitor: nobody is looked up."""

    state: Literal["unverified", "looked_up"]
    items: list[CardView]


@router.post("/conversations/{conversation_id}/customer-cards")
async def look_up(
    request: Request, tools: Tools, registry: Registry, principal: Server, conversation_id: StaffConversation
) -> CardList:
    """Asks every reading tool that needs nothing but the customer. Each call is in the tools' log, under your name."""
    async with tools.database.reading() as session:
        customer = await read_customer(session, conversation_id)
    if customer.user_id is None:
        return CardList(state="unverified", items=[])
    language: Literal["zh", "en"] = "zh" if request_locale(request) == "zh-CN" else "en"
    cards = await cards_for_customer(registry, customer.user_id, principal.id, language, conversation_id)
    return CardList(state="looked_up", items=[CardView.of(one) for one in cards])
