"""JSON routes of canned replies."""

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.conversations import read_customer, transcript
from app.conversations.access import StaffConversation
from app.escalation.canned.domain import VARIABLES, order_number_in
from app.escalation.canned.schemas import CannedChange, CannedForm, CannedList, CannedView, FilledView
from app.escalation.canned.service import add_canned, change_canned, drop_canned, fill_canned, find_canned
from app.escalation.service import EscalationTools
from app.kernel.clock import now
from app.kernel.errors import request_locale
from app.kernel.paging import Limit
from app.kernel.web import tool
from app.kernel.wire import CleanText

router = APIRouter(tags=["desk"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
OurCompany = Annotated[Company, tool(Company)]
Server = Annotated[Principal, require(Permission.DESK_SERVE)]


@router.get("/canned")
async def list_all(
    tools: Tools, principal: Server, q: Annotated[CleanText, Query(max_length=80)] = "", limit: Limit = 100
) -> CannedList:
    """Your own and everybody's, by what is typed: pinyin initials, pinyin, or words of the title and text."""
    found = await find_canned(tools.database, principal, q, limit)
    return CannedList(items=[CannedView.of(one) for one in found], variables=list(VARIABLES))


@router.post("/canned", status_code=201)
async def create(response: Response, tools: Tools, principal: Server, form: CannedForm) -> CannedView:
    """Keeps one; everybody's are a supervisor's to write. 422 `unknown_variable` names what does not exist."""
    made = await add_canned(tools.database, tools.spell, form.content(), principal)
    response.headers["Location"] = f"/api/v1/canned/{made.id}"
    return CannedView.of(made)


@router.put("/canned/{canned_id}")
async def change(tools: Tools, principal: Server, canned_id: UUID, form: CannedChange) -> CannedView:
    """Writes over it; 409 `canned_changed` when somebody else did since."""
    changed = await change_canned(tools.database, tools.spell, canned_id, form.content(), form.version, principal)
    return CannedView.of(changed)


@router.delete("/canned/{canned_id}", status_code=204)
async def drop(tools: Tools, principal: Server, canned_id: UUID) -> None:
    """Forgets it."""
    await drop_canned(tools.database, canned_id, principal)


@router.post("/conversations/{conversation_id}/canned/{canned_id}")
async def fill(
    request: Request,
    tools: Tools,
    company: OurCompany,
    principal: Server,
    conversation_id: StaffConversation,
    canned_id: UUID,
) -> FilledView:
    """The text with this customer's name and order in it, and one more use of it."""
    async with tools.database.reading() as session:
        card = await read_customer(session, conversation_id)
        said = "\n".join(one.text for one in await transcript(session, conversation_id) if one.role == "customer")
    today = now().astimezone(ZoneInfo(company.hours.timezone)).date().isoformat()
    name = company.name.read(card.locale or request_locale(request))
    filled = await fill_canned(tools.database, canned_id, card, name, order_number_in(said), today, principal)
    return FilledView(text=filled.text, missing=list(filled.missing))
