"""Telling that something was read: the same route for the customer and for whoever serves them."""

from typing import Annotated

from fastapi import APIRouter

from app.conversations.access import ConversationId, Speaker
from app.conversations.read_marks import note_read
from app.conversations.schemas import ReadForm
from app.conversations.service import ConversationTools
from app.kernel.limits import Allowance
from app.kernel.web import tool

router = APIRouter()
READING = Allowance("reading", per_minute=60)  # by conversation and side


@router.post("/conversations/{conversation_id}/read", status_code=204)
async def read(
    tools: Annotated[ConversationTools, tool(ConversationTools)],
    conversation_id: ConversationId,
    speaker: Speaker,
    form: ReadForm,
) -> None:
    """You have seen everything up to a message of the other: the customer one of a person's, staff one of theirs.

    Told as `message.read` `{message_id, by: customer|agent}`, kept, and in the snapshot. Staff who only look on are
    refused, 409.
    """
    await tools.limits.take(READING, f"{conversation_id} {speaker.id if speaker else 'customer'}")
    async with tools.database.transaction() as session:
        await note_read(session, tools.bulletin, conversation_id, form.message_id, speaker)
