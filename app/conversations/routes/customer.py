"""What a customer does: begin, ask, stop, ask again."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from app.accounts.access import public, slowed
from app.conversations.access import AnswerId, ConfirmationId, ConversationId, CustomerToken
from app.conversations.ask import post_message, regenerate_answer, start_conversation, stop_answer
from app.conversations.bulletin import stream_key
from app.conversations.confirm import decide_confirmation
from app.conversations.domain import event_id
from app.conversations.identity import VisitorClaim
from app.conversations.routes.events import as_response, stream_of
from app.conversations.schemas import (
    AcceptedAnswer,
    AcceptedMessage,
    BegunConversation,
    Decision,
    NewConversation,
    NewMessage,
)
from app.conversations.service import NEW_CONVERSATIONS, ConversationTools
from app.conversations.signals import note_customer_typing
from app.kernel.errors import request_locale
from app.kernel.web import tool

router = APIRouter()
Tools = Annotated[ConversationTools, tool(ConversationTools)]
EVENT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "The events until the answer ends.", "content": {"text/event-stream": {}}}
}


@router.post("/conversations", status_code=201, dependencies=[public, slowed(NEW_CONVERSATIONS)])
async def begin(
    request: Request, response: Response, tools: Tools, form: NewConversation | None = None
) -> BegunConversation:
    """Begins a conversation."""
    form = form or NewConversation()
    visitor = VisitorClaim(**form.visitor.model_dump()) if form.visitor else None
    begun = await start_conversation(
        tools,
        channel=form.channel,
        locale=form.locale or request_locale(request),
        visitor=visitor,
    )
    response.headers["Location"] = f"/api/v1/conversations/{begun.conversation_id}"
    response.headers["Cache-Control"] = "no-store"
    return BegunConversation(
        conversation_id=begun.conversation_id,
        token=begun.token,
        greeting=begun.greeting,
        suggestions=begun.suggestions,
        owner=begun.owner,
    )


@router.post("/conversations/{conversation_id}/messages", status_code=202, responses=EVENT_STREAM)
async def write(
    request: Request,
    response: Response,
    tools: Tools,
    token: CustomerToken,
    conversation_id: ConversationId,
    form: NewMessage,
) -> Any:
    """Stores a message; the answer comes as events, here too when `Accept` names text/event-stream."""
    if "text/event-stream" not in request.headers.get("accept", ""):
        posted = await post_message(tools, conversation_id, token, form.client_id, form.text, form.attachments)
        response.headers["Location"] = f"/api/v1/conversations/{conversation_id}"
        return AcceptedMessage(message_id=posted.message_id, answer_id=posted.answer_id, seq=event_id(posted.seq))
    following = await tools.bulletin.live.follow(stream_key(conversation_id), wait=False)
    try:
        posted = await post_message(tools, conversation_id, token, form.client_id, form.text, form.attachments)
        stream = await stream_of(tools, conversation_id, posted, following)
        return as_response(request, stream, look_first=not posted.at_once)
    except BaseException:
        following.close()
        raise


@router.post("/conversations/{conversation_id}/answers/{answer_id}/stop", status_code=202)
async def stop(
    tools: Tools, token: CustomerToken, conversation_id: ConversationId, answer_id: AnswerId
) -> AcceptedAnswer:
    """Stops an answer where it is; 409 `answer_ended` when it is over."""
    await stop_answer(tools, conversation_id, token, answer_id)
    return AcceptedAnswer(answer_id=answer_id)


@router.post("/conversations/{conversation_id}/confirmations/{confirmation_id}", status_code=202)
async def decide(
    response: Response,
    tools: Tools,
    token: CustomerToken,
    conversation_id: ConversationId,
    confirmation_id: ConfirmationId,
    form: Decision,
) -> AcceptedMessage:
    """Confirms what a card asks, or cancels it: once. The same click again is the same; 409 `confirmation_expired`."""
    posted = await decide_confirmation(tools, conversation_id, token, confirmation_id, form.accept)
    response.headers["Location"] = f"/api/v1/conversations/{conversation_id}"
    return AcceptedMessage(message_id=posted.message_id, answer_id=posted.answer_id, seq=event_id(posted.seq))


@router.post("/conversations/{conversation_id}/answers/{answer_id}/regenerate", status_code=202)
async def regenerate(
    response: Response, tools: Tools, token: CustomerToken, conversation_id: ConversationId, answer_id: AnswerId
) -> AcceptedAnswer:
    """Answers the same question once more."""
    again_id = await regenerate_answer(tools, conversation_id, token, answer_id)
    response.headers["Location"] = f"/api/v1/conversations/{conversation_id}"
    return AcceptedAnswer(answer_id=again_id)


@router.post("/conversations/{conversation_id}/typing", status_code=204)
async def typing(tools: Tools, token: CustomerToken, conversation_id: ConversationId) -> None:
    """Shows the staff that the customer is writing; not what. Kept nowhere, told for a few seconds."""
    await note_customer_typing(tools, conversation_id, token)
