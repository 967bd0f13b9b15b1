"""What a customer can ask of people: to be put in line, and to be heard afterwards."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from app.conversations import Owner
from app.conversations.access import ConversationId, CustomerToken
from app.escalation.aftercare.domain import Part
from app.escalation.service import EscalationTools, Survey, answer_survey, hand_off
from app.kernel.web import tool
from app.kernel.wire import CleanText, VisibleText, Wire

router = APIRouter(tags=["escalation"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]


class HandoffForm(Wire):
    """Why the customer wants a person."""

    reason: Annotated[VisibleText, Field(max_length=500)] | None = None


class LinePlaceView(Wire):
    """Where the customer stands; the estimate is null while there is nothing to base it on."""

    owner: Owner
    position: int | None
    estimated_wait_s: int | None


class SurveyForm(Wire):
    """How it went; `part` says whose part is meant: the person's (agent) or the bot's."""

    score: Annotated[int, Field(strict=True, ge=1, le=5)]
    resolved: Annotated[bool, Field(strict=True)] | None = None
    comment: Annotated[CleanText, Field(max_length=2_000)] | None = None
    part: Part | None = None


@router.post("/conversations/{conversation_id}/handoff", status_code=202)
async def ask_for_a_person(
    tools: Tools, token: CustomerToken, conversation_id: ConversationId, form: HandoffForm | None = None
) -> LinePlaceView:
    """Puts the conversation in line for a person; again is the same."""
    place = await hand_off(tools, conversation_id, token, form.reason if form else None)
    return LinePlaceView(owner=place.owner, position=place.position, estimated_wait_s=place.estimated_wait_s)


@router.post("/conversations/{conversation_id}/survey", status_code=204)
async def rate_conversation(
    tools: Tools, token: CustomerToken, conversation_id: ConversationId, form: SurveyForm
) -> None:
    """Keeps the customer's verdict."""
    await answer_survey(tools, conversation_id, token, Survey(form.score, form.resolved, form.comment, form.part))
