"""JSON routes that put a conversation aside and bring it back."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.conversations.access import ConversationId
from app.escalation.routes.desk import OwnerView
from app.escalation.snooze import service
from app.escalation.tools import EscalationTools
from app.kernel.web import tool
from app.kernel.wire import Wire

router = APIRouter(tags=["desk"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Server = Annotated[Principal, require(Permission.DESK_SERVE)]
MONTH_MINUTES = 30 * 24 * 60


class SnoozeForm(Wire):
    """For how long; at most 30 days."""

    minutes: Annotated[int, Field(strict=True, ge=1, le=MONTH_MINUTES)]


@router.post("/conversations/{conversation_id}/snooze")
async def snooze(tools: Tools, principal: Server, conversation_id: ConversationId, form: SnoozeForm) -> OwnerView:
    """Puts a conversation of yours aside: it takes no room, and comes back then, or when the customer writes."""
    return OwnerView.of(await service.snooze(tools, conversation_id, principal, form.minutes))


@router.post("/conversations/{conversation_id}/wake")
async def wake(tools: Tools, principal: Server, conversation_id: ConversationId) -> OwnerView:
    """Goes on with it before its time."""
    return OwnerView.of(await service.wake(tools, conversation_id, principal))
