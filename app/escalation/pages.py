"""The desk's pages: the list of conversations, and one with its transcript."""

from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.conversations import (
    ConversationTools,
    Message,
    Owner,
    OwnerChange,
    Summary,
    get_summary,
    owner_changes,
    read_marks_of,
    transcript,
)
from app.escalation import views
from app.escalation.desk import notes_of
from app.escalation.domain import DeskNote
from app.escalation.lists import ListView, name_of, read_list
from app.escalation.lists.domain import Show
from app.escalation.lists.pages import Cursor
from app.escalation.lists.views import ClockView
from app.escalation.queues.service import visible
from app.escalation.side import SideView, read_side
from app.escalation.sla.views import ClockMark, read_clock_facts
from app.escalation.snooze.store import asleep_until
from app.kernel.clock import iso
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.web import page_locale, render, tool

router = APIRouter(prefix="/desk", include_in_schema=False)
Tools = Annotated[ConversationTools, tool(ConversationTools)]
OurCompany = Annotated[Company, tool(Company)]
Reader = Annotated[Principal, require(Permission.CONVERSATIONS_READ)]


@dataclass(frozen=True)
class DeskPage(StaffPage):
    """The list, and the chosen conversation if one is chosen."""

    column: ListView
    thread: views.ThreadView | None

    @property
    def supervises(self) -> bool:
        """Whether this person may decide over others' conversations."""
        return self.principal.may(Permission.DESK_SUPERVISE)


@router.get("")
async def desk(
    request: Request, principal: Reader, company: OurCompany, tools: Tools, show: Show = Show.ALL, cursor: Cursor = None
) -> Response:
    """Every conversation, the latest first."""
    return await _desk(request, principal, company, tools, show, cursor, None)


@router.get("/conversations/{conversation_id}")
async def conversation(
    conversation_id: UUID,
    request: Request,
    principal: Reader,
    company: OurCompany,
    tools: Tools,
    show: Show = Show.ALL,
    cursor: Cursor = None,
) -> Response:
    """One conversation with its whole transcript, beside the list."""
    return await _desk(request, principal, company, tools, show, cursor, conversation_id)


async def _desk(
    request: Request,
    principal: Principal,
    company: Company,
    tools: ConversationTools,
    show: Show,
    cursor: str | None,
    chosen: UUID | None,
) -> Response:
    locale = page_locale(request)
    async with tools.database.reading() as session:
        if chosen is not None and not await visible(session, principal, [chosen]):
            raise NotFound
        column = await read_list(session, principal, show, cursor, chosen, locale)
        thread = None if chosen is None else await _thread(session, tools, company, chosen, principal, locale)
    page = DeskPage(
        active="desk",
        principal=principal,
        company=company,
        company_name=company.name.read(locale),
        column=column,
        thread=thread,
    )
    return render(request, "desk/desk.html", page)


async def _thread(
    session: Session,
    tools: ConversationTools,
    company: Company,
    conversation_id: UUID,
    principal: Principal,
    locale: str,
) -> views.ThreadView:
    summary = await get_summary(session, conversation_id)
    messages = await transcript(session, conversation_id)
    changes = await owner_changes(session, conversation_id)
    notes = await notes_of(session, conversation_id, principal)
    ratings = await tools.ratings(session, [one.id for one in messages if one.role == "bot"])
    customer = name_of(summary.id, summary.visitor_name, locale)
    owner = Owner.BOT
    shown: list[views.MessageView] = []
    waits = await read_clock_facts(session, conversation_id)
    log: list[Message | OwnerChange | DeskNote | ClockMark] = [*messages, *changes, *notes, *waits.marks]
    for item in sorted(log, key=_place):
        if isinstance(item, DeskNote):
            shown.append(views.note(item, owner.value, locale))
        elif isinstance(item, ClockMark):
            shown.append(views.clock_line(item, owner.value, locale))
        elif isinstance(item, OwnerChange):
            owner = item.owner
            shown.append(views.system_line(item, locale))
        elif item.role != "system":
            urls = _urls(tools, item)
            shown.append(views.message(item, owner.value, customer, company, ratings.get(item.id), urls, locale))
    side = await read_side(session, summary, messages, ratings, principal, locale)
    read = (await read_marks_of(session, conversation_id)).customer
    view = _thread_view(summary, customer, tuple(shown), principal, side, waits.clocks, read)
    until = await asleep_until(session, conversation_id)
    return view if until is None else replace(view, snoozed_until=iso(until))


def _place(item: Message | OwnerChange | DeskNote | ClockMark) -> tuple[int, int]:
    """Where a line of the transcript stands: notes behind the event they were written after."""
    return (item.after_seq, 1) if isinstance(item, DeskNote) else (item.seq, 0)


def _thread_view(
    summary: Summary,
    customer: str,
    messages: tuple[views.MessageView, ...],
    principal: Principal,
    side: SideView,
    clocks: tuple[ClockView, ...],
    read: UUID | None,
) -> views.ThreadView:
    return views.ThreadView(
        conversation_id=summary.id,
        name=customer,
        owner=summary.owner.value,
        channel=summary.channel,
        locale=summary.locale,
        created_at=iso(summary.created_at),
        messages=messages,
        lifecycle=summary.lifecycle.value,
        agent=summary.agent_name,
        mine=summary.owner is Owner.AGENT and summary.agent_id == principal.id,
        side=side,
        clocks=clocks,
        read=read,
    )


def _urls(tools: ConversationTools, item: Message) -> dict[int, str]:
    links = tools.bulletin.links
    return {
        one.number: links.url(
            document_id=one.document_id, faq_id=one.faq_id, chunk_id=one.chunk_id, quote=one.quote, staff=True
        )
        for one in item.citations
    }
