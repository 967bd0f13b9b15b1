"""The event stream of a conversation, and its snapshot, for customers and watching staff."""

import re
from collections.abc import AsyncGenerator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from app.conversations.access import ViewedConversation
from app.conversations.domain import Posted, event_id
from app.conversations.errors import BadPosition, TooManyStreams
from app.conversations.schemas import Snapshot
from app.conversations.service import ConversationTools
from app.conversations.snapshot import take_snapshot
from app.conversations.stream import EventStream, Reader, open_stream, resumed
from app.kernel.live import Following
from app.kernel.web import LiveResponse, tool

router = APIRouter()
Tools = Annotated[ConversationTools, tool(ConversationTools)]
POSITION = re.compile(r"[0-9]{1,40}", re.ASCII)
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events, for as long as the reader stays.", "content": {"text/event-stream": {}}}
}


@router.get("/conversations/{conversation_id}", response_model_exclude_none=True)
async def show(response: Response, tools: Tools, conversation_id: ViewedConversation) -> Snapshot:
    """The conversation as it stands."""
    response.headers["Cache-Control"] = "no-store"
    return await take_snapshot(tools, conversation_id)


def _position(header: str | None, after: str | None) -> int:
    """Where a reader continues; what the browser sends by itself is newer than what stands in the address."""
    for given in (header, after):
        if given is not None and not POSITION.fullmatch(given):
            raise BadPosition
    return int(header if header is not None else after or 0)


@router.get("/conversations/{conversation_id}/events", response_class=Response, responses=STREAM)
async def follow(
    request: Request,
    tools: Tools,
    conversation_id: ViewedConversation,
    after: Annotated[str | None, Query(description="Continue behind this event id")] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> LiveResponse:
    """Every event from the beginning, or behind a position, and then as they happen."""
    position = _position(last_event_id, after)
    if not tools.streams.may_open(conversation_id):
        raise TooManyStreams(retry_after_s=5)
    return as_response(request, await open_stream(tools, conversation_id, position), look_first=True)


async def stream_of(
    tools: ConversationTools, conversation_id: UUID, posted: Posted, following: Following
) -> EventStream:
    """The stream from a posted message to the end of its answer."""
    if posted.at_once:
        return EventStream(tools, conversation_id, following, Reader(posted.seq - 1), posted.answer_id)
    return await resumed(tools, conversation_id, following, event_id(posted.seq - 1), posted.answer_id, posted.seq)


def as_response(request: Request, stream: EventStream, *, look_first: bool) -> LiveResponse:
    """The stream as an HTTP answer; it counts as open until its last byte."""
    streams = stream.tools.streams

    async def counted() -> AsyncGenerator[bytes, None]:
        with streams.counted(stream.conversation_id):
            async for chunk in stream.chunks(look_first=look_first):
                yield chunk

    return LiveResponse(request.state.draining, counted(), stream.following.close)
