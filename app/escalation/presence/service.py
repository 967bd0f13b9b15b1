"""What can be said and asked about who is there."""

from collections.abc import Sequence
from uuid import UUID

from app.accounts import Permission, Principal, list_staff, may, record_audit
from app.escalation.presence import store
from app.escalation.presence.domain import AgentAtWork, Presence
from app.kernel.clock import now
from app.kernel.database import Database, Session
from app.kernel.errors import AppError, NotFound
from app.kernel.logging import get_logger

log = get_logger(__name__)


async def set_presence(database: Database, principal: Principal, state: Presence) -> AgentAtWork:
    """Somebody says whether they are there."""
    async with database.transaction() as session:
        await store.set_state(session, principal.id, principal.name, state, now())
        return await own_presence(session, principal)


async def own_presence(session: Session, principal: Principal) -> AgentAtWork:
    """How one stands oneself: offline until one says otherwise, or when all one's desks have long been closed."""
    found = next(iter(await store.list_agents(session, [principal.id])), None)
    return found or AgentAtWork(principal.id, principal.name, Presence.OFFLINE, None, None)


async def presence_of(session: Session, staff_ids: Sequence[UUID]) -> dict[UUID, AgentAtWork]:
    """How some of the staff stand; whoever never served is missing."""
    return {one.staff_id: one for one in await store.list_agents(session, staff_ids)}


async def list_agents(session: Session) -> list[AgentAtWork]:
    """Everybody who may serve, by name; those who never did are offline."""
    known = {one.staff_id: one for one in await store.list_agents(session)}
    staff = [one for one in await list_staff(session) if may(one.role, Permission.DESK_SERVE) and not one.disabled]
    found = [known.get(one.id) or AgentAtWork(one.id, one.name, Presence.OFFLINE, None, None) for one in staff]
    return sorted(found, key=lambda one: one.name)


async def configure_agent(
    database: Database, staff_id: UUID, *, capacity: int | None, skills: Sequence[str] | None, actor: Principal
) -> AgentAtWork:
    """How much somebody can take and what they know; None leaves it. Raises NotFound for who does not serve."""
    async with database.transaction() as session:
        before = next((one for one in await list_agents(session) if one.staff_id == staff_id), None)
        if before is None:
            raise NotFound
        after = (before.capacity if capacity is None else capacity, before.skills if skills is None else tuple(skills))
        await store.configure(session, staff_id, before.name, *after, now())
        await record_audit(
            session,
            actor,
            "desk.agent",
            str(staff_id),
            capacity=[before.capacity, after[0]],
            skills=[before.skills, after[1]],
        )
        return next(iter(await store.list_agents(session, [staff_id])))


async def beat(database: Database, principal: Principal) -> None:
    """A sign of life of somebody's desk; who was never there is offline until they say otherwise."""
    try:
        async with database.statement() as session:
            await store.beat(session, principal.id, principal.name, now())
    except AppError as error:
        log.warning("beat_missed", error=error.code)
