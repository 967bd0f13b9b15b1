"""JSON routes of calendars: list, make, change, delete, and read a year's list of holidays."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.escalation.calendars import is_open
from app.escalation.calendars.domain import Calendar
from app.escalation.calendars.holiday_lists import read_list
from app.escalation.calendars.schemas import CalendarForm, CalendarView, ListedDays, ListForm, SpecialDayView
from app.escalation.calendars.service import read_calendars
from app.escalation.sla import service
from app.escalation.sla.sweep import recompute
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/calendars", tags=["service levels"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Supervisor = Annotated[Principal, require(Permission.DESK_SUPERVISE)]


def _shown(calendar: Calendar) -> CalendarView:
    return CalendarView.of(calendar, is_open(calendar, now()))


@router.get("", dependencies=[require(Permission.CONVERSATIONS_READ)])
async def list_all(tools: Tools) -> list[CalendarView]:
    """Every calendar, the default one, which says when people are there at all, first."""
    async with tools.database.reading() as session:
        known = await read_calendars(session, tools.aftercare.company)
    return [_shown(one) for one in sorted(known.by_id.values(), key=lambda one: (not one.is_default, one.name))]


@router.post("", status_code=201)
async def create(response: Response, tools: Tools, principal: Supervisor, form: CalendarForm) -> CalendarView:
    """Adds a calendar. 422 `intervals_overlap` names the day, `unknown_timezone`; 409 `calendar_name_taken`."""
    made = await service.add_calendar(tools.database, form.calendar(new_id()), principal)
    response.headers["Location"] = f"/api/v1/calendars/{made.id}"
    return _shown(made)


@router.post("/read-list", status_code=200, dependencies=[require(Permission.DESK_SUPERVISE)])
async def read_holidays(form: ListForm) -> ListedDays:
    """What a list says; nothing is kept. 422 `holiday_list_unreadable` with the line."""
    return ListedDays(days=[SpecialDayView.of(one) for one in read_list(form.text, form.year)])


@router.put("/{calendar_id}")
async def change(tools: Tools, principal: Supervisor, calendar_id: UUID, form: CalendarForm) -> CalendarView:
    """Changes a calendar; what is open is due anew. 409 `calendar_changed` when it is another by now."""
    wanted = form.calendar(calendar_id)
    made = await service.change_calendar(tools.database, tools.aftercare.company, wanted, principal)
    await recompute(tools, most_rounds=1)
    return _shown(made)


@router.delete("/{calendar_id}", status_code=204)
async def remove(tools: Tools, principal: Supervisor, calendar_id: UUID) -> None:
    """Deletes a calendar no policy counts in. 409 `calendar_in_use`."""
    await service.delete_calendar(tools.database, tools.aftercare.company, calendar_id, principal)
