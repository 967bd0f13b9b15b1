"""What staff reads: the list of conversations, and how an answer came to be."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.accounts import Permission
from app.accounts.access import require
from app.conversations.access import AnswerId, ConversationId
from app.conversations.domain import Lifecycle, Owner
from app.conversations.schemas import SummaryView, TraceView
from app.conversations.service import ConversationTools, list_conversations, read_trace
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor
from app.kernel.web import tool

router = APIRouter()
Tools = Annotated[ConversationTools, tool(ConversationTools)]


@router.get("/conversations", dependencies=[require(Permission.CONVERSATIONS_READ)])
async def list_all(
    tools: Tools,
    owner: Owner | None = None,
    lifecycle: Lifecycle | None = None,
    outcome: Annotated[str | None, Query(max_length=20, pattern="^[a-z_]+$")] = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> Page[SummaryView]:
    """Conversations in which something was said, the latest first; `outcome` is that of the last answer."""
    async with tools.database.reading() as session:
        found = await list_conversations(
            session, owner=owner, lifecycle=lifecycle, outcome=outcome, before=_before(cursor), limit=limit + 1
        )
    following = None
    if len(found) > limit:
        last = found[limit - 1]
        following = encode_cursor(last.last_message_at.isoformat(), str(last.id))
    return Page(items=[SummaryView.of(summary) for summary in found[:limit]], next_cursor=following)


def _before(cursor: str | None) -> tuple[datetime, UUID] | None:
    parts = decode_cursor(cursor, 2)
    if parts is None:
        return None
    try:
        moment, id = datetime.fromisoformat(parts[0]), UUID(parts[1])
    except ValueError:
        raise BadCursor from None
    if moment.tzinfo is None:
        raise BadCursor
    return moment, id


@router.get(
    "/conversations/{conversation_id}/trace/{answer_id}",
    dependencies=[require(Permission.CONVERSATIONS_TRACE_READ)],
)
async def show_trace(tools: Tools, conversation_id: ConversationId, answer_id: AnswerId) -> TraceView:
    """How an answer came to be."""
    async with tools.database.reading() as session:
        return TraceView.of(await read_trace(session, conversation_id, answer_id))
