"""JSON routes of the overview: the wall, conversations by their words, searches kept."""

from dataclasses import asdict
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, Field

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.escalation.overview import store
from app.escalation.overview.domain import FoundConversation, SavedView, State, Wall, Wanted
from app.escalation.overview.service import find_conversations, read_wall
from app.escalation.tools import EscalationTools
from app.kernel.errors import NotFound
from app.kernel.paging import Limit
from app.kernel.web import tool
from app.kernel.wire import CleanText, Moment, VisibleText, Wire

router = APIRouter(prefix="/desk", tags=["desk"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Reader = Annotated[Principal, require(Permission.CONVERSATIONS_READ)]
Word = Annotated[CleanText, Query(max_length=100)]


class FiguresView(Wire):
    """What is going on now, and today."""

    waiting: int
    waiting_since: Moment | None
    left_messages: int
    attention: int
    with_bot: int
    with_people: int
    ended_today: int
    agent_verdicts: int
    agent_good: int
    bot_verdicts: int
    bot_good: int
    sla_at_risk: int
    sla_late: int
    sla_met_today: int
    sla_late_today: int


class AgentView(Wire):
    """Somebody who serves; offline when their desk has long been closed."""

    name: str
    state: str
    load: int
    capacity: int
    since: Moment | None


class WallView(Wire):
    """The wall."""

    figures: FiguresView
    agents: list[AgentView]
    at: Moment

    @classmethod
    def of(cls, wall: Wall) -> Self:
        """From the domain."""
        agents = [
            AgentView(
                name=one.name,
                state=one.state.value if one.is_there(wall.at) else "offline",
                load=one.load,
                capacity=one.capacity,
                since=one.state_at,
            )
            for one in wall.agents
        ]
        return cls(figures=FiguresView(**asdict(wall.figures)), agents=agents, at=wall.at)


class FoundView(Wire):
    """A conversation, and the latest message that says the first of the words."""

    conversation_id: UUID
    customer: str | None
    owner: str
    lifecycle: str
    agent: str | None
    last_message_at: Moment
    said: str
    said_by: str
    category: str | None
    score: int | None

    @classmethod
    def of(cls, found: FoundConversation) -> Self:
        """From the domain."""
        return cls(
            conversation_id=found.id,
            customer=found.name,
            owner=found.owner,
            lifecycle=found.lifecycle,
            agent=found.agent_name,
            last_message_at=found.last_message_at,
            said=found.said,
            said_by=found.said_by,
            category=found.category,
            score=found.score,
        )


class FoundList(Wire):
    """The latest first."""

    items: list[FoundView]


class ViewForm(Wire):
    """A name, and what stands behind the question mark of the search's address."""

    name: Annotated[VisibleText, AfterValidator(str.strip), Field(max_length=60)]
    query: Annotated[CleanText, Field(max_length=1_000)]


class ViewView(Wire):
    """A search kept under a name."""

    view_id: UUID
    name: str
    query: str

    @classmethod
    def of(cls, view: SavedView) -> Self:
        """From the domain."""
        return cls(view_id=view.id, name=view.name, query=view.query)


class ViewList(Wire):
    """By name."""

    items: list[ViewView]


@router.get("/wall", dependencies=[require(Permission.DESK_SUPERVISE)])
async def wall(tools: Tools, company: Annotated[Company, tool(Company)]) -> WallView:
    """What is going on now; today begins at midnight where the company is."""
    async with tools.database.reading() as session:
        return WallView.of(await read_wall(session, company.hours.timezone))


@router.get("/search")
async def search(
    tools: Tools,
    principal: Reader,
    q: Annotated[CleanText, Query(max_length=200)] = "",
    days: Annotated[int, Query(ge=1, le=3_650)] = 30,
    state: State | None = None,
    outcome: Annotated[str | None, Query(max_length=20, pattern="^[a-z_]*$")] = None,
    category: Word | None = None,
    agent: Word | None = None,
    sla: Annotated[str | None, Query(pattern="^(warned|breached)$")] = None,
    queue: UUID | None = None,
    limit: Limit = 50,
) -> FoundList:
    """Conversations in which every word is said, by anybody; Chinese is cut as questions are."""
    wanted = Wanted(q, days, state, outcome, category, agent, sla, queue)
    async with tools.database.reading() as session:
        found = await find_conversations(session, principal, wanted, limit)
    return FoundList(items=[FoundView.of(one) for one in found])


@router.get("/views")
async def views(tools: Tools, principal: Reader) -> ViewList:
    """Your kept searches."""
    async with tools.database.reading() as session:
        return ViewList(items=[ViewView.of(one) for one in await store.list_views(session, principal.id)])


@router.post("/views", status_code=201)
async def keep_view(response: Response, tools: Tools, principal: Reader, form: ViewForm) -> ViewView:
    """Keeps a search under a name."""
    async with tools.database.transaction() as session:
        view = await store.add_view(session, principal.id, form.name, form.query.lstrip("?"))
    response.headers["Location"] = f"/api/v1/desk/views/{view.id}"
    return ViewView.of(view)


@router.delete("/views/{view_id}", status_code=204)
async def drop_view(tools: Tools, principal: Reader, view_id: UUID) -> None:
    """Forgets a kept search of yours."""
    async with tools.database.transaction() as session:
        if not await store.drop_view(session, principal.id, view_id):
            raise NotFound
