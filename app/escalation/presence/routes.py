"""JSON routes of presence: saying whether one is there, and who else is."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.escalation.assignment.giving_out import go_on
from app.escalation.presence import service
from app.escalation.presence.domain import AgentAtWork, Presence
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.errors import Forbidden
from app.kernel.web import tool
from app.kernel.wire import Moment, VisibleText, Wire

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Server = Annotated[Principal, require(Permission.DESK_SERVE)]


class PresenceForm(Wire):
    """Whether one is there."""

    state: Presence


class AgentForm(Wire):
    """How much somebody can take, and what they know; what is left out stays."""

    capacity: Annotated[int, Field(strict=True, ge=1, le=50)] | None = None
    skills: Annotated[list[Annotated[VisibleText, Field(max_length=50)]], Field(max_length=50)] | None = None


class AgentView(Wire):
    """Somebody who serves; `there` is false when all their desks are closed, whatever they last said."""

    staff_id: UUID
    name: str
    state: Presence
    there: bool
    since: Moment | None
    load: int
    capacity: int
    skills: list[str]
    queue_ids: list[UUID]

    @classmethod
    def of(cls, one: AgentAtWork) -> "AgentView":
        """The view of somebody at work."""
        return cls(
            staff_id=one.staff_id,
            name=one.name,
            state=one.state,
            there=one.is_there(now()),
            since=one.state_at,
            load=one.load,
            capacity=one.capacity,
            skills=list(one.skills),
            queue_ids=list(one.groups),
        )


@router.get("/presence")
async def show_presence(tools: Tools, principal: Server) -> AgentView:
    """How one stands oneself."""
    async with tools.database.reading() as session:
        return AgentView.of(await service.own_presence(session, principal))


@router.put("/presence")
async def set_presence(tools: Tools, principal: Server, form: PresenceForm) -> AgentView:
    """Says whether one is there; online, one is given what waits, up to one's capacity. For people, not for keys."""
    if principal.kind != "staff":
        raise Forbidden
    stands = await service.set_presence(tools.database, principal, form.state)
    await go_on(tools)
    return AgentView.of(stands)


@router.get("/agents", dependencies=[require(Permission.DESK_SERVE)])
async def agents(tools: Tools) -> list[AgentView]:
    """Everybody who may serve, by name."""
    async with tools.database.reading() as session:
        return [AgentView.of(one) for one in await service.list_agents(session)]


@router.patch("/agents/{staff_id}")
async def configure(
    staff_id: UUID, tools: Tools, principal: Annotated[Principal, require(Permission.DESK_SUPERVISE)], form: AgentForm
) -> AgentView:
    """Sets how much somebody can take and what they know; more capacity gives out more at once."""
    one = await service.configure_agent(
        tools.database, staff_id, capacity=form.capacity, skills=form.skills, actor=principal
    )
    await go_on(tools)
    return AgentView.of(one)
