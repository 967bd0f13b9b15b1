"""SQL of the desk's lists: each walks an index and stops after a page, however many conversations there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.escalation.lists.domain import Line, Position, Show
from app.kernel.database import Session

_COLUMNS = """c.id, c.channel, c.owner, c.lifecycle, c.last_message_at, c.handoff_reason, c.visitor,
    (SELECT k.tier FROM customer k WHERE k.user_id = c.visitor ->> 'user_id') AS tier, c.agent_id, c.agent_name,
    last.text, last.role, e.queued_at, e.turn_at, e.priority, e.group_id, g.name AS group_name, e.message_left_at,
    e.offered_to,
    e.offered_until, w.reasons AS attention, w.at AS attention_at,
    k.kind AS sla_kind, k.due_at AS sla_due_at, k.warned_at IS NOT NULL AS sla_warned,
    k.breached_at IS NOT NULL AS sla_breached"""
_LAST = """JOIN LATERAL (SELECT left(m.text, 200) AS text, m.role FROM message m
        WHERE m.conversation_id = c.id ORDER BY m.seq DESC LIMIT 1) last ON true"""
# The clock that is due first; one that is breached stays first until it ends.
_CLOCK = """LEFT JOIN LATERAL (SELECT s.kind, s.due_at, s.warned_at, s.breached_at FROM sla_clock s
        WHERE s.conversation_id = c.id AND s.ended_at IS NULL AND s.due_at IS NOT NULL
        ORDER BY s.due_at LIMIT 1) k ON true"""
_ENTRY = "LEFT JOIN line_entry e ON e.conversation_id = c.id LEFT JOIN desk_group g ON g.id = e.group_id"
_NOTICED = "LEFT JOIN conversation_attention w ON w.conversation_id = c.id"
_OPEN_TO_ME = "(e.group_id IS NULL OR e.group_id <> ALL(:hidden) OR c.agent_id = :me)"
_BY_LAST = "ORDER BY c.last_message_at DESC, c.id DESC LIMIT :limit"
_AFTER_LAST = "AND (c.last_message_at, c.id) < (:at, :id)"
_CONVERSATIONS = f"FROM conversation c {_ENTRY} {_NOTICED} {_LAST} {_CLOCK}"
_WHERE = {
    Show.MINE: "c.owner = 'agent' AND c.agent_id = :me",
    Show.BOT: "c.owner = 'bot' AND c.last_message_at > :live",
    Show.AGENT: "c.owner = 'agent' AND c.last_message_at IS NOT NULL",
    Show.ALL: "c.last_message_at IS NOT NULL",
    Show.CLOSED: "c.owner = 'none' AND c.last_message_at IS NOT NULL",
}
_STATEMENTS = {
    show: (f"SELECT {_COLUMNS} {_CONVERSATIONS} WHERE {where} AND {_OPEN_TO_ME}", _AFTER_LAST, _BY_LAST)
    for show, where in _WHERE.items()
}
_STATEMENTS[Show.QUEUE] = (
    f"""SELECT {_COLUMNS} FROM line_entry e JOIN conversation c ON c.id = e.conversation_id
    JOIN desk_group g ON g.id = e.group_id {_NOTICED} {_LAST} {_CLOCK} WHERE e.state = 'waiting' AND {_OPEN_TO_ME}""",
    "AND (e.message_left_at IS NOT NULL, e.turn_at, e.conversation_id) > (:late, :at, :id)",
    "ORDER BY e.message_left_at IS NOT NULL, e.turn_at, e.conversation_id LIMIT :limit",
)
_STATEMENTS[Show.ATTENTION] = (
    f"""SELECT {_COLUMNS} FROM conversation_attention w JOIN conversation c ON c.id = w.conversation_id
    {_ENTRY} {_LAST} {_CLOCK} WHERE {_OPEN_TO_ME}""",
    "AND (w.at, c.id) > (:at, :id)",
    "ORDER BY w.at, c.id LIMIT :limit",
)
_AT_RISK = f"""FROM conversation c {_ENTRY} WHERE c.id IN (SELECT r.conversation_id FROM sla_clock r
        WHERE r.ended_at IS NULL AND r.due_at IS NOT NULL AND r.warned_at IS NOT NULL) AND {_OPEN_TO_ME}"""
_STATEMENTS[Show.SLA] = (
    f"""SELECT {_COLUMNS} FROM (SELECT r.conversation_id, min(r.due_at) AS at FROM sla_clock r
        WHERE r.ended_at IS NULL AND r.due_at IS NOT NULL AND r.warned_at IS NOT NULL
        GROUP BY r.conversation_id) risk
    JOIN conversation c ON c.id = risk.conversation_id {_ENTRY} {_NOTICED} {_LAST} {_CLOCK} WHERE {_OPEN_TO_ME}""",
    "AND (risk.at, c.id) > (:at, :id)",
    "ORDER BY risk.at, c.id LIMIT :limit",
)
_COUNTS = text(
    f"""SELECT
        (SELECT count(*) FROM conversation c WHERE c.owner = 'agent' AND c.agent_id = :me) AS mine,
        (SELECT count(*) FROM line_entry e JOIN conversation c ON c.id = e.conversation_id
            WHERE e.state = 'waiting' AND {_OPEN_TO_ME}) AS queue,
        (SELECT count(*) FROM conversation_attention w JOIN conversation c ON c.id = w.conversation_id
            {_ENTRY} WHERE {_OPEN_TO_ME}) AS attention,
        (SELECT count(*) {_AT_RISK}) AS sla,
        (SELECT count(*) FROM conversation c {_ENTRY}
            WHERE c.owner = 'bot' AND c.last_message_at > :live AND {_OPEN_TO_ME}) AS bot,
        (SELECT count(*) FROM conversation c {_ENTRY} WHERE c.owner = 'agent' AND {_OPEN_TO_ME}) AS agent"""
)
_HIDDEN = text(
    """SELECT DISTINCT m.group_id FROM desk_group_member m WHERE NOT EXISTS (
        SELECT 1 FROM desk_group_member own WHERE own.group_id = m.group_id AND own.staff_id = :me)"""
)
_OFFERED = text(
    f"""SELECT {_COLUMNS} FROM line_entry e JOIN conversation c ON c.id = e.conversation_id
    JOIN desk_group g ON g.id = e.group_id {_NOTICED} {_LAST} {_CLOCK}
    WHERE e.state = 'waiting' AND e.offered_to = :me AND e.offered_until > :at ORDER BY e.offered_until"""
)


async def hidden_groups(session: Session, staff_id: UUID) -> list[UUID]:
    """The groups that are not everybody's and that this person is not in."""
    return list((await session.execute(_HIDDEN, {"me": staff_id})).scalars())


async def read_lines(
    session: Session,
    show: Show,
    *,
    me: UUID,
    hidden: Sequence[UUID],
    live: datetime,
    after: Position | None,
    limit: int,
) -> list[Line]:
    """A page of a list."""
    select, behind, order = _STATEMENTS[show]
    values: dict[str, Any] = {"me": me, "hidden": list(hidden), "limit": limit}
    if show is Show.BOT:
        values["live"] = live
    if after is not None:
        values |= {"at": after.at, "id": after.id} | ({"late": after.late} if show is Show.QUEUE else {})
    statement = text(f"{select} {behind if after is not None else ''} {order}")
    return [Line(**row._asdict()) for row in await session.execute(statement, values)]


async def count_lines(session: Session, *, me: UUID, hidden: Sequence[UUID], live: datetime) -> dict[str, int]:
    """How many there are in the lists whose length says something."""
    row = (await session.execute(_COUNTS, {"me": me, "hidden": list(hidden), "live": live})).one()
    return dict(row._asdict())


async def offered_to(session: Session, staff_id: UUID, at: datetime) -> list[Line]:
    """What somebody may accept right now, the most urgent first."""
    return [Line(**row._asdict()) for row in await session.execute(_OFFERED, {"me": staff_id, "at": at})]
