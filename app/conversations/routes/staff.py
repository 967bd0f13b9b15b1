"""What staff reads: the list of conversations, and how an answer came to be."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.answering import masked_trace
from app.conversations.access import AnswerId, StaffConversation
from app.conversations.domain import Lifecycle, Owner
from app.conversations.listing import list_conversations
from app.conversations.schemas import SummaryView, TraceView
from app.conversations.service import ConversationTools, read_trace
from app.conversations.store.threads import Filters
from app.kernel.paging import Limit, Page, encode_cursor, moment_in_cursor
from app.kernel.web import tool

router = APIRouter()
Tools = Annotated[ConversationTools, tool(ConversationTools)]


@router.get("/conversations")
async def list_all(
    tools: Tools,
    principal: Annotated[Principal, require(Permission.CONVERSATIONS_READ)],
    owner: Owner | None = None,
    lifecycle: Lifecycle | None = None,
    outcome: Annotated[str | None, Query(max_length=20, pattern="^[a-z_]+$")] = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> Page[SummaryView]:
    """Conversations in which something was said, the latest first; `outcome` is that of the last answer.

    Those of groups you are not in are left out, so a page may be shorter than the limit.
    """
    async with tools.database.reading() as session:
        wanted, before = Filters(owner, lifecycle, outcome), moment_in_cursor(cursor)
        found, next_one = await list_conversations(session, tools, principal, wanted, before, limit)
    following = encode_cursor(next_one[0].isoformat(), str(next_one[1])) if next_one else None
    return Page(items=[SummaryView.of(summary) for summary in found], next_cursor=following)


@router.get("/conversations/{conversation_id}/trace/{answer_id}")
async def show_trace(
    tools: Tools,
    conversation_id: StaffConversation,
    answer_id: AnswerId,
    principal: Annotated[Principal, require(Permission.CONVERSATIONS_TRACE_READ)],
) -> TraceView:
    """How an answer came to be; without anybody's words for those who may not read conversations."""
    async with tools.database.reading() as session:
        found = await read_trace(session, conversation_id, answer_id)
    if not principal.may(Permission.CONVERSATIONS_READ):
        found = replace(found, trace=masked_trace(found.trace))
    return TraceView.of(found)
