"""JSON routes of mentions: who can be named, which notes name you, and having seen them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from app.accounts import Permission, Principal, list_staff
from app.accounts.access import require
from app.conversations.access import StaffConversation
from app.escalation.lists import name_of
from app.escalation.mentions import store
from app.escalation.queues.service import visible
from app.escalation.service import EscalationTools
from app.kernel.web import tool
from app.kernel.wire import Moment, Wire

router = APIRouter(tags=["desk"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Reader = Annotated[Principal, require(Permission.CONVERSATIONS_READ)]
MOST = 50


class ColleagueView(Wire):
    """Somebody of the staff."""

    staff_id: UUID
    name: str


class ColleagueList(Wire):
    """Everybody who can be named in a note."""

    items: list[ColleagueView]


class MentionView(Wire):
    """A note that names you."""

    conversation_id: UUID
    note_id: UUID
    customer: str
    author: str
    text: str
    created_at: Moment


class MentionList(Wire):
    """Those you have not seen, newest first, at most fifty."""

    items: list[MentionView]


@router.get("/desk/colleagues")
async def colleagues(tools: Tools, principal: Reader) -> ColleagueList:
    """Who can be named in a note, by name."""
    async with tools.database.reading() as session:
        found = [one for one in await list_staff(session) if not one.disabled and one.id != principal.id]
    return ColleagueList(
        items=[ColleagueView(staff_id=one.id, name=one.name) for one in sorted(found, key=lambda s: s.name)]
    )


@router.get("/desk/mentions")
async def mentions(tools: Tools, principal: Reader) -> MentionList:
    """Notes that name you and that you have not seen."""
    async with tools.database.reading() as session:
        rows = await store.list_unseen(session, principal.id, MOST)
        open_to = await visible(session, principal, list({row.conversation_id for row in rows}))
    return MentionList(
        items=[
            MentionView(
                conversation_id=row.conversation_id,
                note_id=row.id,
                customer=name_of(row.conversation_id, row.customer, "zh-CN"),
                author=row.author_name,
                text=row.text,
                created_at=row.created_at,
            )
            for row in rows
            if row.conversation_id in open_to
        ]
    )


@router.post("/conversations/{conversation_id}/mentions/seen", status_code=204)
async def seen(tools: Tools, principal: Reader, conversation_id: StaffConversation) -> None:
    """You looked at the notes of this conversation."""
    async with tools.database.transaction() as session:
        await store.see(session, principal.id, conversation_id)
