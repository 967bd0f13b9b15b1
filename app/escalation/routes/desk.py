"""What the staff does at the desk, and the stream that says which conversations changed."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.conversations import DESK_KEY, Lifecycle, Owner, Thread, Words, desk_signal
from app.conversations.access import ConversationId
from app.escalation import desk
from app.escalation.assignment.told import TO
from app.escalation.domain import DeskNote, NoteKind, WrapUp
from app.escalation.presence.domain import BEAT_EVERY_S
from app.escalation.presence.service import beat
from app.escalation.tools import EscalationTools
from app.kernel.live import Following
from app.kernel.web import LiveResponse, sse, tool
from app.kernel.wire import CleanText, Moment, VisibleText, Wire

router = APIRouter(tags=["desk"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Reader = Annotated[Principal, require(Permission.CONVERSATIONS_READ)]
Server = Annotated[Principal, require(Permission.DESK_SERVE)]
LOOK_EVERY_S = 15.0  # a waiting time on the screen is never older, even if something was missed
GATHER_S = 0.25
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "`desk.changed`, for as long as the reader stays.", "content": {"text/event-stream": {}}}
}


class ReplyForm(Words):
    """A reply to the customer; the same client_id again is the same reply.

    suggested, citations: the suggested reply it was made of, as it was before editing, and its sources.
    """

    client_id: Annotated[CleanText, Field(min_length=1, max_length=100)]
    text: Annotated[VisibleText, Field(max_length=4_000)] | Literal[""]
    suggested: Annotated[VisibleText, Field(max_length=8_000)] | None = None
    citations: Annotated[list[dict[str, Any]], Field(max_length=20)] = []

    def start(self) -> desk.Start | None:
        """The suggestion it was made of, if it was."""
        return None if self.suggested is None else desk.Start(self.suggested, tuple(self.citations))


class StoredReply(Wire):
    """The message it became."""

    message_id: UUID


class SummaryForm(Wire):
    """What the next one should know."""

    summary: Annotated[VisibleText, Field(max_length=2_000)] | None = None


class CloseForm(Wire):
    """How it ended."""

    outcome: WrapUp
    category: Annotated[VisibleText, Field(max_length=40)] | None = None
    note: Annotated[VisibleText, Field(max_length=2_000)] | None = None


class NoteForm(Wire):
    """Something for the others to read."""

    text: Annotated[VisibleText, Field(max_length=2_000)]
    mentions: Annotated[list[UUID], Field(max_length=20)] = []


class OwnerView(Wire):
    """Whose the conversation is now."""

    conversation_id: UUID
    owner: Owner
    lifecycle: Lifecycle
    agent: dict[str, str] | None = None

    @classmethod
    def of(cls, thread: Thread) -> "OwnerView":
        """The view of a thread."""
        agent = {"name": thread.agent_name} if thread.agent_name else None
        return cls(conversation_id=thread.id, owner=thread.owner, lifecycle=thread.lifecycle, agent=agent)


class NoteView(Wire):
    """A note of the staff."""

    note_id: UUID
    kind: NoteKind
    text: str
    outcome: str | None
    category: str | None
    author: str
    created_at: Moment

    @classmethod
    def of(cls, note: DeskNote) -> "NoteView":
        """The view of a note."""
        return cls(
            note_id=note.id,
            kind=note.kind,
            text=note.text,
            outcome=note.outcome,
            category=note.category,
            author=note.author_name,
            created_at=note.at,
        )


@router.post("/conversations/{conversation_id}/take-over")
async def take_over(tools: Tools, principal: Server, conversation_id: ConversationId) -> OwnerView:
    """Makes the conversation yours and silences the bot; 409 `taken_by_another` names whoever was faster."""
    return OwnerView.of(await desk.take_over(tools, conversation_id, principal))


@router.post("/conversations/{conversation_id}/replies", status_code=201)
async def reply(
    response: Response, tools: Tools, principal: Server, conversation_id: ConversationId, form: ReplyForm
) -> StoredReply:
    """Says something to the customer of a conversation that is yours."""
    said = (form.client_id, form.text, form.start(), form.attachments)
    posted = await desk.reply(tools, conversation_id, principal, *said)
    response.headers["Location"] = f"/api/v1/conversations/{conversation_id}"
    return StoredReply(message_id=posted.message_id)


@router.post("/conversations/{conversation_id}/put-back")
async def put_back(tools: Tools, principal: Server, conversation_id: ConversationId) -> OwnerView:
    """Puts it in line again, for somebody else."""
    return OwnerView.of(await desk.put_back_in_line(tools, conversation_id, principal))


@router.post("/conversations/{conversation_id}/hand-back")
async def hand_back(
    tools: Tools, principal: Server, conversation_id: ConversationId, form: SummaryForm | None = None
) -> OwnerView:
    """Gives it back to the bot."""
    summary = form.summary if form else None
    return OwnerView.of(await desk.hand_back(tools, conversation_id, principal, summary))


@router.post("/conversations/{conversation_id}/close")
async def close(tools: Tools, principal: Server, conversation_id: ConversationId, form: CloseForm) -> OwnerView:
    """Ends it; the customer may write again, which opens it with the bot."""
    return OwnerView.of(await desk.close(tools, conversation_id, principal, form.outcome, form.note, form.category))


@router.post("/conversations/{conversation_id}/notes", status_code=201)
async def note(
    response: Response, tools: Tools, principal: Server, conversation_id: ConversationId, form: NoteForm
) -> NoteView:
    """Writes a note; the customer never sees it."""
    response.headers["Location"] = f"/api/v1/conversations/{conversation_id}/notes"
    return NoteView.of(await desk.add_note(tools, conversation_id, principal, form.text, form.mentions))


@router.get("/conversations/{conversation_id}/notes")
async def notes(tools: Tools, principal: Reader, conversation_id: ConversationId) -> list[NoteView]:
    """What the staff wrote, in order; whispers only for those they are between and for supervisors."""
    async with tools.database.reading() as session:
        await desk.seen(session, principal, conversation_id)
        return [NoteView.of(one) for one in await desk.notes_of(session, conversation_id, principal)]


@router.get(
    "/desk/events",
    response_class=Response,
    responses={
        200: {
            "description": "`desk.changed` with the changed conversations; for one person `desk.assigned`, "
            "`desk.offered`, `desk.whispered` and `desk.presence`.",
            "content": {"text/event-stream": {}},
        }
    },
)
async def follow(
    request: Request, tools: Tools, principal: Reader, conversation_id: UUID | None = None
) -> LiveResponse:
    """Which conversations changed, a few times a second at most; every 15 s an empty one: look at the whole list.

    With `conversation_id` also who types or looks there, and its new notes. An open stream is a sign of life: whoever
    has had none for 3 minutes is not there any more.
    """
    following = await tools.conversations.bulletin.live.follow(DESK_KEY)
    stream = _changes(tools, principal, following, conversation_id)
    return LiveResponse(request.state.draining, stream, following.close)


async def _changes(
    tools: EscalationTools, principal: Principal, following: Following, watched: UUID | None
) -> AsyncGenerator[bytes, None]:
    loop = asyncio.get_running_loop()
    beat_at, serves = float("-inf"), principal.kind == "staff" and principal.may(Permission.DESK_SERVE)
    yield b"retry: 1000\n\n"
    while True:
        if serves and loop.time() >= beat_at:
            beat_at = loop.time() + BEAT_EVERY_S
            await beat(tools.database, principal)
        entries = await following.batch(LOOK_EVERY_S)
        if entries is None:
            return
        signals = [desk_signal(entry) for entry in entries]
        shown = b"".join(_told(signal, principal.id, watched) for signal in signals if signal is not None)
        changed = list(dict.fromkeys(str(UUID(bytes=e)) for e, s in zip(entries, signals, strict=True) if s is None))
        if changed or not entries:
            shown += sse("desk.changed", {"conversation_ids": changed})
        if shown:
            yield shown
        await asyncio.sleep(GATHER_S)


def _told(signal: tuple[str, UUID, dict[str, Any]], me: UUID, watched: UUID | None) -> bytes:
    """A signal as this reader gets it: one for a single person, or about the conversation they look at."""
    name, conversation_id, data = signal
    to = data.pop(TO, None)
    if (to is None and conversation_id != watched) or (to is not None and to != str(me)):
        return b""
    return sse(name, {**data, "conversation_id": str(conversation_id)})
