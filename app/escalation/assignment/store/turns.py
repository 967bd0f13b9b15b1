"""SQL that chooses: whose turn it is, who gets it, what was offered in vain, what comes back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.escalation.assignment.domain import Turn
from app.escalation.queues.domain import Mode
from app.kernel.database import Session

_ALONE = text("SELECT pg_advisory_xact_lock(:lock)")
_GIVING_OUT = 0x6B656603
# Somebody is free who is online, has shown life, and has fewer conversations and offers than they can take.
_FREE = """free AS (
        SELECT a.staff_id, a.name, a.skills, a.last_assigned_at, coalesce(held.n, 0) + coalesce(offered.n, 0) AS load,
            a.capacity
        FROM desk_agent a
        LEFT JOIN (SELECT agent_id, count(*) AS n FROM conversation
            WHERE owner = 'agent' AND lifecycle = 'open' GROUP BY agent_id) held ON held.agent_id = a.staff_id
        LEFT JOIN (SELECT offered_to, count(*) AS n FROM line_entry
            WHERE state = 'waiting' AND offered_until > :at GROUP BY offered_to) offered
            ON offered.offered_to = a.staff_id
        WHERE a.state = 'online' AND a.seen_at > :seen
        AND coalesce(held.n, 0) + coalesce(offered.n, 0) < a.capacity
    )"""
_BELONGS = """(NOT EXISTS (SELECT 1 FROM desk_group_member m WHERE m.group_id = e.group_id)
            OR EXISTS (SELECT 1 FROM desk_group_member m WHERE m.group_id = e.group_id AND m.staff_id = f.staff_id))
        AND (e.skill IS NULL OR f.skills @> to_jsonb(e.skill))"""
_FITS = f"{_BELONGS} AND NOT e.declined @> to_jsonb(f.staff_id::text)"
_TURN = text(
    f"""WITH {_FREE}
    SELECT e.conversation_id, e.group_id, g.mode, g.accept_within_s, e.wanted_agent_id
    FROM line_entry e JOIN desk_group g ON g.id = e.group_id JOIN conversation c ON c.id = e.conversation_id
    WHERE e.state = 'waiting' AND g.mode <> 'pick' AND c.owner = 'queue'
    AND (e.offered_until IS NULL OR e.offered_until <= :at)
    AND EXISTS (SELECT 1 FROM free f WHERE {_FITS})
    ORDER BY e.message_left_at IS NOT NULL, e.turn_at, e.conversation_id
    LIMIT 1 FOR UPDATE OF c"""
)
_AGENT = text(
    f"""WITH {_FREE}
    SELECT a.staff_id, a.name, a.capacity FROM desk_agent a JOIN free f ON f.staff_id = a.staff_id, line_entry e
    WHERE e.conversation_id = :id AND {_FITS}
    ORDER BY coalesce(a.staff_id = e.wanted_agent_id, false) DESC, f.load::float / f.capacity,
        a.last_assigned_at NULLS FIRST, a.staff_id
    LIMIT 1 FOR UPDATE OF a"""
)
_LOAD = text(
    """SELECT (SELECT count(*) FROM conversation WHERE owner = 'agent' AND lifecycle = 'open' AND agent_id = :id)
        + (SELECT count(*) FROM line_entry WHERE state = 'waiting' AND offered_to = :id AND offered_until > :at)"""
)
_OFFER = text("UPDATE line_entry SET offered_to = :staff_id, offered_until = :until WHERE conversation_id = :id")
_REFUSE = text(
    """UPDATE line_entry SET declined = declined || to_jsonb(CAST(:staff_id AS text)), offered_to = NULL,
        offered_until = NULL
    WHERE conversation_id = :id AND offered_to = :staff_id RETURNING conversation_id"""
)
_EXPIRED = text(
    """SELECT conversation_id, offered_to FROM line_entry
    WHERE state = 'waiting' AND offered_to IS NOT NULL AND offered_until <= :at"""
)
# Everybody free has let it pass: those who did may be asked again.
_ASK_AGAIN = text(
    f"""WITH {_FREE}
    UPDATE line_entry e SET declined = '[]' FROM desk_group g
    WHERE g.id = e.group_id AND g.mode = 'offer' AND e.state = 'waiting' AND e.declined <> '[]'
    AND (e.offered_until IS NULL OR e.offered_until <= :at)
    AND NOT EXISTS (SELECT 1 FROM free f WHERE {_FITS}) AND EXISTS (SELECT 1 FROM free f WHERE {_BELONGS})"""
)
_UNANSWERED = text(
    """SELECT c.id, e.queued_at FROM conversation c JOIN desk_agent a ON a.staff_id = c.agent_id
    LEFT JOIN line_entry e ON e.conversation_id = c.id
    WHERE c.owner = 'agent' AND c.lifecycle = 'open' AND a.state = 'offline' AND a.seen_at < :since
    AND (e.first_reply_at IS NULL OR 'customer' = (
        SELECT m.role FROM message m WHERE m.conversation_id = c.id ORDER BY m.seq DESC LIMIT 1))
    ORDER BY e.queued_at NULLS LAST, c.id"""
)


async def give_alone(session: Session) -> None:
    """Whoever gives out next, in any process, waits for the end of this transaction: so nobody is passed over."""
    await session.execute(_ALONE, {"lock": _GIVING_OUT})


async def next_turn(session: Session, at: datetime, seen: datetime) -> Turn | None:
    """The first in any line that gives out by itself for whom somebody is free; its conversation is locked.

    It is waited for when somebody else, the customer who writes for one, has it at that moment.
    """
    row = (await session.execute(_TURN, {"at": at, "seen": seen})).one_or_none()
    return None if row is None else Turn(row[0], row[1], Mode(row[2]), row[3], row[4])


async def choose_agent(
    session: Session, conversation_id: UUID, at: datetime, seen: datetime
) -> tuple[UUID, str] | None:
    """Who gets it: whoever served the customer last, else who has least to do; locked. None: nobody any more."""
    row = (await session.execute(_AGENT, {"id": conversation_id, "at": at, "seen": seen})).one_or_none()
    if row is None:
        return None
    load = (await session.execute(_LOAD, {"id": row.staff_id, "at": at})).scalar_one()
    return (row.staff_id, row.name) if load < row.capacity else None


async def offer(session: Session, conversation_id: UUID, staff_id: UUID, until: datetime) -> None:
    """Somebody may accept it until a moment."""
    await session.execute(_OFFER, {"id": conversation_id, "staff_id": staff_id, "until": until})


async def refuse(session: Session, conversation_id: UUID, staff_id: UUID) -> bool:
    """Somebody let an offer pass; False when it was not offered to them any more."""
    values: dict[str, Any] = {"id": conversation_id, "staff_id": staff_id}
    return (await session.execute(_REFUSE, values)).one_or_none() is not None


async def expired_offers(session: Session, at: datetime) -> list[tuple[UUID, UUID]]:
    """Offers nobody answered in time: conversation and person."""
    return [(row[0], row[1]) for row in await session.execute(_EXPIRED, {"at": at})]


async def ask_again(session: Session, at: datetime, seen: datetime) -> None:
    """Those everybody on duty has let pass are offered once more from the beginning."""
    await session.execute(_ASK_AGAIN, {"at": at, "seen": seen})


async def left_unanswered(session: Session, since: datetime) -> Sequence[tuple[UUID, datetime | None]]:
    """Conversations that wait for somebody whose desk is closed, with their old places."""
    return [(row[0], row[1]) for row in await session.execute(_UNANSWERED, {"since": since})]
