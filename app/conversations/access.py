"""Who may see or write in a conversation: the customer who holds its token, or staff who may read threads."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from app.accounts import AccountTools, Permission, Principal
from app.accounts.access import MaybePrincipal, bearer_token, find_staff_principal
from app.conversations.attachments.domain import CUSTOMER
from app.conversations.domain import Agent
from app.conversations.service import TOKEN_PREFIX, ConversationTools, authenticate_customer
from app.kernel.errors import Forbidden, NotFound, Unauthenticated
from app.kernel.web import tool


def _as_id(text: str) -> UUID:
    """Raises NotFound: what is no id at all is nobody's conversation either."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


async def _conversation_id(conversation_id: str) -> UUID:
    return _as_id(conversation_id)


async def _answer_id(answer_id: str) -> UUID:
    return _as_id(answer_id)


async def _attachment_id(attachment_id: str) -> UUID:
    return _as_id(attachment_id)


async def _confirmation_id(confirmation_id: str) -> UUID:
    return _as_id(confirmation_id)


async def _customer_token(request: Request) -> str:
    token = bearer_token(request)
    if token is None:
        raise Unauthenticated
    return token


_customer_token.kefu_guard = "customer"  # type: ignore[attr-defined]  # read by the test that walks all routes

CustomerToken = Annotated[str, Depends(_customer_token)]
ConversationId = Annotated[UUID, Depends(_conversation_id)]
AnswerId = Annotated[UUID, Depends(_answer_id)]
AttachmentId = Annotated[UUID, Depends(_attachment_id)]
ConfirmationId = Annotated[UUID, Depends(_confirmation_id)]


Tools = Annotated[ConversationTools, tool(ConversationTools)]
Accounts = Annotated[AccountTools, tool(AccountTools)]


async def _who(
    request: Request, conversation_id: UUID, tools: ConversationTools, accounts: AccountTools, needed: Permission
) -> Principal | None:
    """The member of staff with the permission, or None for the customer who holds the token."""
    token = bearer_token(request)
    if token is not None and token.startswith(TOKEN_PREFIX):
        await authenticate_customer(tools, conversation_id, token)
        return None
    principal = await find_staff_principal(request, accounts)
    if principal is None:
        if token is not None and not token.startswith("kefu_"):
            raise NotFound  # a forged token is told what a foreign one is told
        raise Unauthenticated
    if not principal.may(needed):
        raise Forbidden
    await _check_seen(tools, principal, conversation_id)
    return principal


async def _check_seen(tools: ConversationTools, principal: Principal, conversation_id: UUID) -> None:
    """Raises NotFound for what belongs to a group this person is not in."""
    async with tools.database.reading() as session:
        if not await tools.visible(session, principal, [conversation_id]):
            raise NotFound


async def _viewer(request: Request, conversation_id: ConversationId, tools: Tools, accounts: Accounts) -> UUID:
    await _who(request, conversation_id, tools, accounts, Permission.CONVERSATIONS_READ)
    return conversation_id


async def _writer(request: Request, conversation_id: ConversationId, tools: Tools, accounts: Accounts) -> str:
    principal = await _who(request, conversation_id, tools, accounts, Permission.DESK_SERVE)
    return CUSTOMER if principal is None else f"staff:{principal.id}"


async def _speaker(request: Request, conversation_id: ConversationId, tools: Tools, accounts: Accounts) -> Agent | None:
    principal = await _who(request, conversation_id, tools, accounts, Permission.DESK_SERVE)
    return None if principal is None else Agent(principal.id, principal.name)


# Read by the test that walks all routes.
_viewer.kefu_guard = "customer_or_staff"  # type: ignore[attr-defined]  # functions take attributes
_writer.kefu_guard = "customer_or_staff"  # type: ignore[attr-defined]  # functions take attributes
_speaker.kefu_guard = "customer_or_staff"  # type: ignore[attr-defined]  # functions take attributes

ViewedConversation = Annotated[UUID, Depends(_viewer)]
ConversationWriter = Annotated[str, Depends(_writer)]
# Who of the two speaks: somebody of the staff, or None for the customer.
Speaker = Annotated[Agent | None, Depends(_speaker)]


async def _seen_by_staff(conversation_id: ConversationId, principal: MaybePrincipal, tools: Tools) -> UUID:
    if principal is not None and principal.may(Permission.CONVERSATIONS_READ):
        await _check_seen(tools, principal, conversation_id)
    return conversation_id


# For routes of the staff, beside the permission they require: what belongs to a group somebody is not in is not found.
StaffConversation = Annotated[UUID, Depends(_seen_by_staff)]
