"""JSON routes of service levels: policies, what would be due, how it went."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.escalation.queues.domain import DEFAULT_GROUP
from app.escalation.sla import service
from app.escalation.sla.results import read_results
from app.escalation.sla.schemas import DueView, PoliciesForm, PoliciesView, PreviewForm, PreviewView, ResultsView
from app.escalation.sla.sweep import recompute
from app.escalation.tools import EscalationTools
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/service-levels", tags=["service levels"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Supervisor = Annotated[Principal, require(Permission.DESK_SUPERVISE)]


@router.get("", dependencies=[require(Permission.CONVERSATIONS_READ)])
async def show(tools: Tools) -> PoliciesView:
    """The policies in their order; the first that fits a conversation holds for it."""
    async with tools.database.reading() as session:
        levels = await service.read_levels(session, tools.aftercare.company)
    return PoliciesView.of(levels.policies)


@router.put("")
async def change(tools: Tools, principal: Supervisor, form: PoliciesForm) -> PoliciesView:
    """Other policies from now on; what is open is due anew. 409 `sla_policies_changed` when somebody was faster."""
    wanted = [one.policy() for one in form.policies]
    made = await service.put_policies(tools.database, tools.aftercare.company, wanted, form.version, principal)
    await recompute(tools, most_rounds=1)
    return PoliciesView.of(made)


@router.post("/preview", status_code=200, dependencies=[require(Permission.DESK_SUPERVISE)])
async def preview(tools: Tools, form: PreviewForm) -> PreviewView:
    """When a conversation that is handed over at a moment would be due."""
    async with tools.database.reading() as session:
        levels = await service.read_levels(session, tools.aftercare.company)
    policy, due = service.preview(levels, form.facts(DEFAULT_GROUP), form.at)
    return PreviewView(
        policy_id=policy.id if policy else None,
        policy=policy.name if policy else None,
        timezone=levels.calendar_of(policy).timezone,
        due=[DueView.of(one) for one in due],
    )


@router.get("/results", dependencies=[require(Permission.DESK_SUPERVISE)])
async def results(tools: Tools, days: Annotated[int, Query(ge=1, le=365)] = 30) -> ResultsView:
    """How the waits went that ended in the last days: kept or not, median and p90."""
    async with tools.database.reading() as session:
        return ResultsView.of(await read_results(session, tools.aftercare.company, days))
