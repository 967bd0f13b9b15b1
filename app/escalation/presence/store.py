"""SQL of presence: states, signs of life, capacity and load."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from app.escalation.presence.domain import DEFAULT_CAPACITY, AgentAtWork, Presence
from app.kernel.database import Session

# One row an agent, made when first needed; every statement below may be the first.
_MAKE = """INSERT INTO desk_agent (staff_id, name, state, state_at, seen_at, capacity, skills, missed)
    VALUES (:staff_id, :name, :state, :at, :seen_at, :capacity, '[]', 0) ON CONFLICT (staff_id) DO UPDATE SET"""
_SET_STATE = text(
    f"""{_MAKE} name = :name, state = :state, missed = 0,
        state_at = CASE WHEN desk_agent.state = :state THEN desk_agent.state_at ELSE :at END,
        seen_at = greatest(desk_agent.seen_at, CAST(:seen_at AS timestamptz))"""
)
_BEAT = text(f"{_MAKE} seen_at = :seen_at")
_CONFIGURE = text(f"{_MAKE} capacity = :capacity")
_SKILLS = text("UPDATE desk_agent SET skills = CAST(:skills AS jsonb) WHERE staff_id = :staff_id")
_LIST = text(
    """SELECT a.staff_id, a.name, a.state, a.state_at, a.seen_at, a.capacity, a.skills, coalesce(c.n, 0) AS load,
        coalesce((SELECT array_agg(m.group_id) FROM desk_group_member m WHERE m.staff_id = a.staff_id), '{}') AS groups
    FROM desk_agent a LEFT JOIN (
        SELECT agent_id, count(*) AS n FROM conversation WHERE owner = 'agent' AND lifecycle = 'open' GROUP BY agent_id
    ) c ON c.agent_id = a.staff_id
    WHERE CAST(:ids AS uuid[]) IS NULL OR a.staff_id = ANY(:ids) ORDER BY a.name, a.staff_id"""
)
_GONE = text(
    """UPDATE desk_agent SET state = 'offline', state_at = :at
    WHERE state <> 'offline' AND (seen_at IS NULL OR seen_at < :since) RETURNING staff_id, name"""
)
_MISSED = text(
    """UPDATE desk_agent SET missed = missed + 1,
        state = CASE WHEN missed + 1 >= :most AND state = 'online' THEN 'break' ELSE state END,
        state_at = CASE WHEN missed + 1 >= :most AND state = 'online' THEN :at ELSE state_at END
    WHERE staff_id = :staff_id RETURNING state"""
)


def _first(staff_id: UUID, name: str, at: datetime, state: Presence = Presence.OFFLINE) -> dict[str, Any]:
    return {
        "staff_id": staff_id,
        "name": name,
        "state": state.value,
        "at": at,
        "seen_at": None,
        "capacity": DEFAULT_CAPACITY,
    }


async def set_state(session: Session, staff_id: UUID, name: str, state: Presence, at: datetime) -> None:
    """What somebody says about being there; saying it is a sign of life."""
    await session.execute(_SET_STATE, {**_first(staff_id, name, at, state), "seen_at": at})


async def beat(session: Session, staff_id: UUID, name: str, at: datetime) -> None:
    """A sign of life of somebody's desk."""
    await session.execute(_BEAT, {**_first(staff_id, name, at), "seen_at": at})


async def configure(
    session: Session, staff_id: UUID, name: str, capacity: int, skills: Sequence[str], at: datetime
) -> None:
    """How much somebody can take, and what they know."""
    await session.execute(_CONFIGURE, {**_first(staff_id, name, at), "capacity": capacity})
    await session.execute(_SKILLS, {"staff_id": staff_id, "skills": orjson.dumps(list(skills)).decode()})


async def list_agents(session: Session, ids: Sequence[UUID] | None = None) -> list[AgentAtWork]:
    """Everybody who ever served or was set up to, or only some."""
    rows = await session.execute(_LIST, {"ids": None if ids is None else list(ids)})
    return [
        AgentAtWork(
            row.staff_id,
            row.name,
            Presence(row.state),
            row.state_at,
            row.seen_at,
            row.capacity,
            tuple(row.skills),
            row.load,
            tuple(row.groups),
        )
        for row in rows
    ]


async def send_home(session: Session, since: datetime, at: datetime) -> list[UUID]:
    """Those whose desks have been silent since before a moment are offline from now on; who they are."""
    return [row.staff_id for row in await session.execute(_GONE, {"since": since, "at": at})]


async def note_missed(session: Session, staff_id: UUID, most: int, at: datetime) -> Presence | None:
    """An offer was not taken; after so many in a row somebody is on a break. The state they are in now."""
    row = (await session.execute(_MISSED, {"staff_id": staff_id, "most": most, "at": at})).one_or_none()
    return None if row is None else Presence(row.state)
