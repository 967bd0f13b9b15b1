"""JSON routes of assignment: the staff's moves, then the customer's while waiting."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, model_validator

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.conversations import Owner, authenticate_customer
from app.conversations.access import ConversationId, CustomerToken
from app.escalation.assignment import moves
from app.escalation.lists.service import count_lists
from app.escalation.routes.desk import OwnerView
from app.escalation.tools import EscalationTools
from app.kernel.web import tool
from app.kernel.wire import VisibleText, Wire

router = APIRouter(prefix="/api/v1", tags=["desk"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Server = Annotated[Principal, require(Permission.DESK_SERVE)]
Supervisor = Annotated[Principal, require(Permission.DESK_SUPERVISE)]
Words = Annotated[VisibleText, Field(max_length=2_000)]


class TransferForm(Wire):
    """To whom: one person or one group; the note is for them."""

    staff_id: UUID | None = None
    queue_id: UUID | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "TransferForm":
        if (self.staff_id is None) == (self.queue_id is None):
            raise ValueError("either staff_id or queue_id")
        return self


class AssignForm(Wire):
    """Who shall have it."""

    staff_id: UUID


class WhisperForm(Wire):
    """What only whoever has the conversation reads."""

    text: Words


class CountsView(Wire):
    """How many conversations are in each list."""

    mine: int
    queue: int
    attention: int
    sla: int
    bot: int
    agent: int


class StoppedWaiting(Wire):
    """Whose the conversation is now."""

    owner: Owner


@router.get("/desk/counts")
async def counts(tools: Tools, principal: Server) -> CountsView:
    """How many are in each list, as you may see them."""
    async with tools.database.reading() as session:
        return CountsView(**await count_lists(session, principal))


@router.post("/conversations/{conversation_id}/transfer")
async def transfer(tools: Tools, principal: Server, conversation_id: ConversationId, form: TransferForm) -> OwnerView:
    """Gives it to a colleague who is there (409 `colleague_not_there` names who is not), or to a group's line."""
    if form.staff_id is not None:
        thread = await moves.transfer_to_person(tools, conversation_id, principal, form.staff_id, form.note)
    else:
        assert form.queue_id is not None, "the form has one of them"
        thread = await moves.transfer_to_group(tools, conversation_id, principal, form.queue_id, form.note)
    return OwnerView.of(thread)


@router.post("/conversations/{conversation_id}/assign")
async def assign(tools: Tools, principal: Supervisor, conversation_id: ConversationId, form: AssignForm) -> OwnerView:
    """A supervisor decides who has it, whoever had it before and however much they have."""
    return OwnerView.of(await moves.assign(tools, conversation_id, principal, form.staff_id))


@router.post("/conversations/{conversation_id}/accept")
async def accept(tools: Tools, principal: Server, conversation_id: ConversationId) -> OwnerView:
    """Takes what was offered to you; 409 `not_offered` when the time is over, `taken_by_another` names who has it."""
    return OwnerView.of(await moves.accept(tools, conversation_id, principal))


@router.post("/conversations/{conversation_id}/decline", status_code=204)
async def decline(tools: Tools, principal: Server, conversation_id: ConversationId) -> None:
    """Lets what was offered to you pass to the next."""
    await moves.decline(tools, conversation_id, principal)


@router.post("/conversations/{conversation_id}/whispers", status_code=204)
async def whisper(tools: Tools, principal: Supervisor, conversation_id: ConversationId, form: WhisperForm) -> None:
    """Says something only whoever has the conversation, and supervisors, read, at once."""
    await moves.whisper(tools, conversation_id, principal, form.text)


@router.post("/conversations/{conversation_id}/stop-waiting", tags=["escalation"])
async def stop_waiting(tools: Tools, token: CustomerToken, conversation_id: ConversationId) -> StoppedWaiting:
    """The customer does not want to wait any more: the bot goes on. Again is the same."""
    await authenticate_customer(tools.conversations, conversation_id, token)
    return StoppedWaiting(owner=await moves.stop_waiting(tools, conversation_id))
