"""JSON routes of aftercare: the rules, messages left out of hours, and the way back."""

import re
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field

from app.accounts import Permission, Principal
from app.accounts.access import public, require, slowed
from app.conversations import ConversationTools
from app.conversations.access import ConversationId, CustomerToken
from app.escalation.aftercare.domain import Rules
from app.escalation.aftercare.service import RETURNS, Aftercare, change_rules, come_back, leave_message
from app.kernel.web import tool
from app.kernel.wire import Moment, VisibleText, Wire

router = APIRouter()
Tools = Annotated[Aftercare, tool(Aftercare)]
Conversations = Annotated[ConversationTools, tool(ConversationTools)]
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
Clock = Annotated[str, Field(pattern=CLOCK)]
MAIL, PHONE = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), re.compile(r"^\+?[\d\s-]{6,20}$")


def _reachable(value: str) -> str:
    value = value.strip()
    if not MAIL.match(value) and not PHONE.match(value):
        raise ValueError("neither an e-mail address nor a telephone number")
    return value


class RulesForm(Wire):
    """The rules; `version` is the one the editor saw."""

    reply_by: Clock
    categories: Annotated[list[Annotated[VisibleText, Field(max_length=40)]], Field(max_length=50)]
    ask_agent: bool
    ask_bot: bool
    ask_again_days: Annotated[int, Field(ge=0, le=365)]
    reopen_days: Annotated[int, Field(ge=0, le=365)]
    version: Annotated[int, Field(ge=0)]

    def rules(self) -> Rules:
        """To the domain."""
        categories = tuple(dict.fromkeys(one.strip() for one in self.categories))
        return Rules(categories=categories, **self.model_dump(exclude={"categories"}))


class RulesView(RulesForm):
    """The rules in force, and who set them."""

    changed_by: str

    @classmethod
    def of(cls, rules: Rules) -> Self:
        """From the domain."""
        return cls(
            reply_by=rules.reply_by,
            categories=list(rules.categories),
            ask_agent=rules.ask_agent,
            ask_bot=rules.ask_bot,
            ask_again_days=rules.ask_again_days,
            reopen_days=rules.reopen_days,
            version=rules.version,
            changed_by=rules.changed_by,
        )


class MessageForm(Wire):
    """What somebody leaves: how to reach them, by telephone or e-mail, and what it is about."""

    name: Annotated[VisibleText, Field(max_length=100)] | None = None
    contact: Annotated[VisibleText, AfterValidator(_reachable), Field(max_length=200)]
    text: Annotated[VisibleText, Field(max_length=4_000)]


class TakenMessage(Wire):
    """When they hear at the latest, null when that is not known; `return_code` leads back, told this once."""

    conversation_id: UUID
    promised_by: Moment | None
    return_code: str


class ReturnForm(Wire):
    """The code out of the link."""

    code: Annotated[VisibleText, Field(max_length=200)]


class Returned(Wire):
    """The conversation and a new token; the old one is over."""

    conversation_id: UUID
    token: str


@router.get("/service-rules", dependencies=[require(Permission.CONVERSATIONS_READ)], tags=["desk"])
async def show(tools: Tools) -> RulesView:
    """By when messages are answered, who is asked afterwards, how long an ended conversation may go on."""
    async with tools.database.reading() as session:
        return RulesView.of(await tools.rules(session))


@router.put("/service-rules", tags=["desk"])
async def change(
    tools: Tools, principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)], form: RulesForm
) -> RulesView:
    """Other rules from now on; 409 `service_rules_changed` when somebody else changed them since."""
    return RulesView.of(await change_rules(tools, form.rules(), principal))


@router.post("/conversations/{conversation_id}/left-message", status_code=201, tags=["escalation"])
async def leave(
    response: Response,
    tools: Tools,
    conversations: Conversations,
    token: CustomerToken,
    conversation_id: ConversationId,
    form: MessageForm,
) -> TakenMessage:
    """Leaves a message for the people who come back; the conversation waits in line, the oldest first."""
    taken = await leave_message(tools, conversations, conversation_id, token, form.name, form.contact, form.text)
    response.headers["Location"] = f"/api/v1/conversations/{conversation_id}"
    response.headers["Cache-Control"] = "no-store"
    return TakenMessage(
        conversation_id=conversation_id, promised_by=taken.left.promised_by, return_code=taken.return_code
    )


@router.post("/conversation-returns", dependencies=[public, slowed(RETURNS)], tags=["escalation"], status_code=200)
async def back(response: Response, conversations: Conversations, form: ReturnForm) -> Returned:
    """The way back to a conversation in which a message was left; 404 `return_link_over` after thirty days."""
    conversation_id, token = await come_back(conversations, form.code)
    response.headers["Cache-Control"] = "no-store"
    return Returned(conversation_id=conversation_id, token=token)
