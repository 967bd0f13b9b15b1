"""…/trace/{answer_id}/replays: the same question with other settings, beside the stored answer; and earlier ones."""

from typing import Annotated

from fastapi import APIRouter, Request

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.conversations import ConversationTools
from app.conversations.access import AnswerId, StaffConversation
from app.escalation.traces.schemas import EarlierReplay, EarlierReplays, ReplayBody, ReplayView
from app.escalation.traces.service import earlier_replays, find_rehearsal, rehearse
from app.evaluation import EvaluationTools
from app.kernel.errors import request_locale
from app.kernel.web import tool
from app.model_registry import ModelRegistryTools

router = APIRouter(
    prefix="/api/v1/conversations",
    tags=["conversations"],
    dependencies=[require(Permission.CONVERSATIONS_TRACE_READ), require(Permission.CONVERSATIONS_READ)],
)
Tools = Annotated[ConversationTools, tool(ConversationTools)]
Evaluation = Annotated[EvaluationTools, tool(EvaluationTools)]
Registry = Annotated[ModelRegistryTools, tool(ModelRegistryTools)]
Tester = Annotated[Principal, require(Permission.EVALUATION_READ)]


@router.post("/{conversation_id}/trace/{answer_id}/replays")
async def replay_answer(
    conversation_id: StaffConversation,
    answer_id: AnswerId,
    body: ReplayBody,
    request: Request,
    tools: Tools,
    evaluation: Evaluation,
    registry: Registry,
    principal: Tester,
) -> ReplayView:
    """Asks again with other settings. Nothing of it enters the conversation; no tool is called for the customer."""
    found = await find_rehearsal(tools, conversation_id, answer_id)
    facts, _ = await rehearse(tools, evaluation, registry, found, body.changes(), principal)
    return ReplayView.of(found.facts, facts, request_locale(request))


@router.get("/{conversation_id}/trace/{answer_id}/replays")
async def list_replays(
    conversation_id: StaffConversation, answer_id: AnswerId, tools: Tools, principal: Tester
) -> EarlierReplays:
    """The last replays of an answer, newest first: by whom, with which settings, and what came of them."""
    await find_rehearsal(tools, conversation_id, answer_id)
    return EarlierReplays(items=[EarlierReplay.of(one) for one in await earlier_replays(tools, answer_id)])
