"""What passes between those who look at one conversation: who reads, who writes; kept nowhere."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.conversations import Owner, get_thread, tell_customer_typing, tell_desk
from app.conversations.access import StaffConversation
from app.escalation.service import EscalationTools
from app.kernel.web import tool
from app.kernel.wire import Wire

router = APIRouter(tags=["desk"])


class Doing(StrEnum):
    """What somebody of the staff does in a conversation."""

    READING = "reading"
    REPLYING = "replying"
    NOTING = "noting"
    LEFT = "left"


class DoingForm(Wire):
    """Said again every few seconds for as long as it is so."""

    doing: Doing


@router.post("/conversations/{conversation_id}/doing", status_code=204)
async def doing(
    tools: Annotated[EscalationTools, tool(EscalationTools)],
    principal: Annotated[Principal, require(Permission.CONVERSATIONS_READ)],
    conversation_id: StaffConversation,
    form: DoingForm,
) -> None:
    """Shows the colleagues who have it open what you do there, and the customer that you write, if it is yours."""
    async with tools.database.reading() as session:
        thread = await get_thread(session, conversation_id)
    data = {"staff_id": str(principal.id), "name": principal.name, "doing": form.doing.value}
    tell_desk(tools.conversations.bulletin, conversation_id, "colleague.doing", data)
    if form.doing is Doing.REPLYING and thread.owner is Owner.AGENT and thread.agent_id == principal.id:
        tell_customer_typing(tools.conversations.bulletin, conversation_id)
