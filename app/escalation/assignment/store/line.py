"""SQL of the line: entering, being served, leaving, places and paces. The conversation's row is locked by then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from app.escalation.assignment.domain import Entry, EntryState, Pace
from app.escalation.queues.domain import Priority
from app.kernel.database import Session
from app.kernel.ids import new_id

_FIND = text(
    """SELECT conversation_id, group_id, state, priority, skill, queued_at, declined, offered_to, offered_until,
        message_left_at, contact, first_reply_at FROM line_entry WHERE conversation_id = :id"""
)
_PLAN = text(
    """INSERT INTO line_entry (conversation_id, group_id, state, priority, skill, declined)
    VALUES (:id, :group_id, 'planned', :priority, :skill, CAST(:declined AS jsonb))
    ON CONFLICT (conversation_id) DO UPDATE SET group_id = :group_id, state = 'planned', priority = :priority,
        skill = :skill, declined = CAST(:declined AS jsonb)"""
)
_DECLINED = text("UPDATE line_entry SET declined = CAST(:declined AS jsonb) WHERE conversation_id = :id")
_ENTER = text(
    """INSERT INTO line_entry (conversation_id, group_id, state, priority, skill, queued_at, turn_at, wanted_agent_id,
        declined)
    VALUES (:id, :group_id, 'waiting', :priority, :skill, :queued_at, :turn_at, :wanted, CAST(:declined AS jsonb))
    ON CONFLICT (conversation_id) DO UPDATE SET group_id = :group_id, state = 'waiting', priority = :priority,
        skill = :skill, queued_at = :queued_at, turn_at = :turn_at, wanted_agent_id = :wanted,
        declined = CAST(:declined AS jsonb), told_position = NULL, offered_to = NULL, offered_until = NULL,
        message_left_at = NULL, agent_id = NULL, assigned_at = NULL, first_reply_at = NULL"""
)
_REORDER = text(
    """UPDATE line_entry SET group_id = :group_id, priority = :priority, turn_at = :turn_at, told_position = NULL
    WHERE conversation_id = :id AND state = 'waiting'"""
)
_LAST_AGENT = text(
    """SELECT staff_id FROM assignment
    WHERE (conversation_id = :id OR (user_id IS NOT NULL AND user_id = CAST(:user_id AS text))) AND at > :since
    ORDER BY at DESC LIMIT 1"""
)
_SERVE = text(
    """WITH before AS (SELECT group_id, queued_at, state FROM line_entry WHERE conversation_id = :id),
    entry AS (
        INSERT INTO line_entry (conversation_id, group_id, state, priority, declined, agent_id, assigned_at)
        VALUES (:id, :default_group, 'served', 1, '[]', :staff_id, :at)
        ON CONFLICT (conversation_id) DO UPDATE SET state = 'served', agent_id = :staff_id, assigned_at = :at,
            first_reply_at = NULL, offered_to = NULL, offered_until = NULL, told_position = NULL,
            queued_at = CASE WHEN line_entry.state = 'left' THEN NULL ELSE line_entry.queued_at END
        RETURNING group_id
    ), at_work AS (
        UPDATE desk_agent SET last_assigned_at = :at, missed = 0 WHERE staff_id = :staff_id
    )
    INSERT INTO assignment (id, conversation_id, group_id, staff_id, user_id, how, queued_at, at)
    SELECT :new_id, :id, entry.group_id, :staff_id, CAST(:user_id AS text), :how,
        (SELECT queued_at FROM before WHERE state = 'waiting'), :at FROM entry"""
)
_REPLIED = text(
    """WITH entry AS (
        UPDATE line_entry SET first_reply_at = :at
        WHERE conversation_id = :id AND state = 'served' AND first_reply_at IS NULL RETURNING conversation_id
    )
    UPDATE assignment SET first_reply_at = :at
    WHERE conversation_id IN (SELECT conversation_id FROM entry) AND ended_at IS NULL AND first_reply_at IS NULL"""
)
_END = text("UPDATE assignment SET ended_at = :at, ended_how = :how WHERE conversation_id = :id AND ended_at IS NULL")
_LEAVE = text(
    """UPDATE line_entry SET state = 'left', agent_id = NULL, offered_to = NULL, offered_until = NULL,
        message_left_at = NULL WHERE conversation_id = :id"""
)
_NOTICED = text("DELETE FROM conversation_attention WHERE conversation_id = :id")
_LEFT_MESSAGE = text(
    "UPDATE line_entry SET message_left_at = :at, contact = :contact WHERE conversation_id = :id AND state = 'waiting'"
)
_PLACE = text(
    """SELECT mine.group_id, count(*) AS position FROM line_entry mine JOIN line_entry other
        ON other.group_id = mine.group_id AND other.state = 'waiting' AND other.message_left_at IS NULL
        AND (other.turn_at, other.conversation_id) <= (mine.turn_at, mine.conversation_id)
    WHERE mine.conversation_id = :id AND mine.state = 'waiting' AND mine.message_left_at IS NULL
    GROUP BY mine.group_id"""
)
_MOVED = text(
    """SELECT conversation_id, group_id, position FROM (
        SELECT conversation_id, group_id, told_position,
            row_number() OVER (PARTITION BY group_id ORDER BY turn_at, conversation_id) AS position
        FROM line_entry WHERE state = 'waiting' AND message_left_at IS NULL
    ) line WHERE position <= :most AND told_position IS DISTINCT FROM position ORDER BY group_id, position"""
)
_TOLD = text("UPDATE line_entry SET told_position = :position WHERE conversation_id = :id")
_PACE = text(
    """SELECT
        (SELECT count(*) FROM assignment WHERE group_id = :id AND queued_at IS NOT NULL AND at > :since) AS taken,
        (SELECT min(at) FROM assignment WHERE group_id = :id AND queued_at IS NOT NULL AND at > :since) AS first_at,
        (SELECT count(*) FROM desk_agent a WHERE a.state IN ('online', 'busy') AND a.seen_at > :seen
            AND (NOT EXISTS (SELECT 1 FROM desk_group_member m WHERE m.group_id = :id)
            OR EXISTS (SELECT 1 FROM desk_group_member m WHERE m.group_id = :id AND m.staff_id = a.staff_id))
        ) AS on_duty"""
)


def _ids(found: Sequence[UUID]) -> str:
    return orjson.dumps([str(one) for one in found]).decode()


async def find_entry(session: Session, conversation_id: UUID) -> Entry | None:
    """A conversation's entry, whether it waits or not."""
    row = (await session.execute(_FIND, {"id": conversation_id})).one_or_none()
    if row is None:
        return None
    values: dict[str, Any] = row._asdict()
    declined = tuple(UUID(one) for one in values.pop("declined"))
    state, priority = EntryState(values.pop("state")), Priority(values.pop("priority"))
    return Entry(**values, state=state, priority=priority, declined=declined)


async def plan(
    session: Session,
    conversation_id: UUID,
    group_id: UUID,
    priority: Priority,
    skill: str | None,
    declined: Sequence[UUID] = (),
) -> None:
    """Says where a conversation is to wait, before it comes into the line in the same transaction."""
    values = {"id": conversation_id, "group_id": group_id, "priority": int(priority), "skill": skill}
    await session.execute(_PLAN, {**values, "declined": _ids(declined)})


async def note_declined(session: Session, conversation_id: UUID, declined: Sequence[UUID]) -> None:
    """These people are not given it again while it waits."""
    await session.execute(_DECLINED, {"id": conversation_id, "declined": _ids(declined)})


async def enter(session: Session, entry: Entry, turn_at: datetime, wanted: UUID | None) -> None:
    """From now on a conversation waits."""
    values = {
        "id": entry.conversation_id,
        "group_id": entry.group_id,
        "priority": int(entry.priority),
        "skill": entry.skill,
        "queued_at": entry.queued_at,
        "turn_at": turn_at,
        "wanted": wanted,
        "declined": _ids(entry.declined),
    }
    await session.execute(_ENTER, values)


async def reorder(
    session: Session, conversation_id: UUID, group_id: UUID, priority: Priority, turn_at: datetime
) -> None:
    """One who waits stands elsewhere from now on; nobody's offer is taken from them."""
    values = {"id": conversation_id, "group_id": group_id, "priority": int(priority), "turn_at": turn_at}
    await session.execute(_REORDER, values)


async def last_agent(session: Session, conversation_id: UUID, user_id: str | None, since: datetime) -> UUID | None:
    """Who served this conversation, or this known customer, last."""
    values = {"id": conversation_id, "user_id": user_id, "since": since}
    return (await session.execute(_LAST_AGENT, values)).scalar_one_or_none()


async def serve(
    session: Session,
    conversation_id: UUID,
    staff_id: UUID,
    user_id: str | None,
    how: str,
    default_group: UUID,
    at: datetime,
) -> None:
    """From now on a conversation is with somebody."""
    values = {"id": conversation_id, "staff_id": staff_id, "user_id": user_id, "how": how, "at": at}
    await session.execute(_SERVE, {**values, "default_group": default_group, "new_id": new_id()})


async def note_reply(session: Session, conversation_id: UUID, at: datetime) -> None:
    """Whoever has it said something to the customer."""
    await session.execute(_REPLIED, {"id": conversation_id, "at": at})


async def end_assignment(session: Session, conversation_id: UUID, how: str, at: datetime) -> None:
    """Whoever had it has it no more."""
    await session.execute(_END, {"id": conversation_id, "how": how, "at": at})


async def leave(session: Session, conversation_id: UUID) -> None:
    """It neither waits nor is served any more."""
    await session.execute(_LEAVE, {"id": conversation_id})


async def forget_attention(session: Session, conversation_id: UUID) -> None:
    """Nobody needs to look at it any more."""
    await session.execute(_NOTICED, {"id": conversation_id})


async def leave_message(session: Session, conversation_id: UUID, at: datetime | None, contact: str | None) -> None:
    """The customer does not wait at the screen; None: it does again."""
    await session.execute(_LEFT_MESSAGE, {"id": conversation_id, "at": at, "contact": contact})


async def find_place(session: Session, conversation_id: UUID) -> tuple[UUID, int] | None:
    """The group and the place of one who waits, from 1."""
    row = (await session.execute(_PLACE, {"id": conversation_id})).one_or_none()
    return None if row is None else (row.group_id, row.position)


async def moved(session: Session, most: int) -> list[tuple[UUID, UUID, int]]:
    """Those near the front whose place is another than they were told: conversation, group, place."""
    return [(row[0], row[1], row[2]) for row in await session.execute(_MOVED, {"most": most})]


async def note_told(session: Session, conversation_id: UUID, position: int) -> None:
    """The customer knows the place."""
    await session.execute(_TOLD, {"id": conversation_id, "position": position})


async def pace(session: Session, group_id: UUID, since: datetime, seen: datetime) -> Pace:
    """How many a group took since a moment, and how many of it are on duty."""
    row = (await session.execute(_PACE, {"id": group_id, "since": since, "seen": seen})).one()
    return Pace(row.taken, row.first_at, row.on_duty)
