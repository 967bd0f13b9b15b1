"""SQL of the overview: the wall's figures, conversations by their words, searches kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from app.conversations.word_index import Asked
from app.escalation.overview.domain import Figures, FoundConversation, SavedView, State, Wanted
from app.escalation.overview.tables import SavedViewRow
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import first_id_of, new_id

_FIGURES = text(
    """SELECT
    (SELECT count(*) FROM line_entry WHERE state = 'waiting' AND message_left_at IS NULL) AS waiting,
    (SELECT min(queued_at) FROM line_entry WHERE state = 'waiting' AND message_left_at IS NULL) AS waiting_since,
    (SELECT count(*) FROM line_entry WHERE state = 'waiting' AND message_left_at IS NOT NULL) AS left_messages,
    (SELECT count(*) FROM conversation_attention) AS attention,
    (SELECT count(*) FROM conversation WHERE owner = 'bot' AND last_message_at > :live) AS with_bot,
    (SELECT count(*) FROM conversation WHERE owner = 'agent') AS with_people,
    (SELECT count(*) FROM desk_note WHERE kind = 'wrap_up' AND created_at >= :midnight) AS ended_today,
    (SELECT count(*) FROM survey_response WHERE part = 'agent' AND changed_at >= :midnight) AS agent_verdicts,
    (SELECT count(*) FROM survey_response WHERE part = 'agent' AND changed_at >= :midnight AND score >= 4)
        AS agent_good,
    (SELECT count(*) FROM survey_response WHERE part = 'bot' AND changed_at >= :midnight) AS bot_verdicts,
    (SELECT count(*) FROM survey_response WHERE part = 'bot' AND changed_at >= :midnight AND score >= 4) AS bot_good,
    (SELECT count(DISTINCT conversation_id) FROM sla_clock
        WHERE ended_at IS NULL AND due_at IS NOT NULL AND warned_at IS NOT NULL AND breached_at IS NULL) AS sla_at_risk,
    (SELECT count(DISTINCT conversation_id) FROM sla_clock
        WHERE ended_at IS NULL AND due_at IS NOT NULL AND breached_at IS NOT NULL) AS sla_late,
    (SELECT count(*) FROM sla_clock WHERE ended_at >= :midnight AND outcome = 'met' AND target_s IS NOT NULL)
        AS sla_met_today,
    (SELECT count(*) FROM sla_clock WHERE ended_at >= :midnight AND outcome = 'breached') AS sla_late_today"""
)
_FOUND = """{candidates} SELECT c.id, c.visitor ->> 'name' AS name, c.owner, c.lifecycle, c.agent_name,
    c.last_message_at, left(hit.text, 300) AS said, hit.role AS said_by,
    (SELECT n.category FROM desk_note n WHERE n.conversation_id = c.id AND n.kind = 'wrap_up'
        ORDER BY n.created_at DESC LIMIT 1) AS category,
    (SELECT s.score FROM survey_response s WHERE s.conversation_id = c.id ORDER BY s.part LIMIT 1) AS score
    FROM (SELECT c.* FROM conversation c WHERE c.last_message_at >= :since {conditions}
        ORDER BY c.last_message_at DESC, c.id DESC LIMIT :limit) c
    JOIN LATERAL (SELECT m.text, m.role FROM message m WHERE m.conversation_id = c.id
        ORDER BY {first} m.seq DESC LIMIT 1) hit ON true
    ORDER BY c.last_message_at DESC, c.id DESC"""
# What the index knows, and of what it does not know yet whatever says the words.
_CANDIDATES = """WITH candidate AS (
        SELECT conversation_id AS id FROM conversation_terms WHERE terms @> CAST(:terms AS text[])
        UNION SELECT c.id FROM conversation c WHERE c.unindexed AND c.last_message_at >= :since {says})"""
# A word may be said anywhere in the conversation; ids of messages rise with time, which bounds what is looked at.
# OFFSET 0: conversation by conversation, since few are left; not once through all messages.
_SAYS = """ AND EXISTS (SELECT 1 FROM message w WHERE w.conversation_id = c.id AND w.id >= :first_id
    AND strpos(lower(w.text), :{name}) > 0 OFFSET 0)"""
_SAID_FIRST = "(strpos(lower(m.text), :{name}) > 0) DESC,"
_STATES = {
    State.BOT: "c.owner = 'bot'",
    State.QUEUE: "c.owner = 'queue'",
    State.AGENT: "c.owner = 'agent'",
    State.CLOSED: "c.lifecycle = 'closed'",
}
_TOLD = {"warned": "k.warned_at IS NOT NULL", "breached": "k.breached_at IS NOT NULL"}
_VIEWS = text("SELECT id, name, query FROM saved_view WHERE owner_id = :owner_id ORDER BY name, id LIMIT 100")
_DROP_VIEW = text("DELETE FROM saved_view WHERE id = :id AND owner_id = :owner_id RETURNING id")


async def read_figures(session: Session, live: datetime, midnight: datetime) -> Figures:
    """The wall's figures."""
    row = (await session.execute(_FIGURES, {"live": live, "midnight": midnight})).one()
    return Figures(*row)


async def find_conversations(
    session: Session, wanted: Wanted, asked: Asked, since: datetime, hidden: Sequence[UUID], limit: int
) -> list[FoundConversation]:
    """Conversations in which every word is said, the latest first; not those of groups that are hidden.

    Numbers of persons stand in no index: they are looked for in the messages themselves.
    """
    values: dict[str, Any] = {"since": since, "first_id": first_id_of(since), "limit": limit}
    words = {f"word{nth}": word for nth, word in enumerate(asked.words)}
    personal = {f"value{nth}": value for nth, value in enumerate(asked.personal)}
    values |= words | personal
    candidates, conditions = "", "".join(_SAYS.format(name=name) for name in personal)
    if words:
        values["terms"] = list(asked.terms)
        candidates = _CANDIDATES.format(says="".join(_SAYS.format(name=name) for name in words))
        conditions += " AND c.id IN (SELECT id FROM candidate)"
    first = "".join(_SAID_FIRST.format(name=name) for name in [*personal, *words][:1])
    if wanted.state is not None:
        conditions += f" AND {_STATES[wanted.state]}"
    if wanted.outcome:
        conditions += " AND EXISTS (SELECT 1 FROM message b WHERE b.conversation_id = c.id AND b.outcome = :outcome)"
        values["outcome"] = wanted.outcome
    if wanted.category:
        conditions += """ AND EXISTS (SELECT 1 FROM desk_note n WHERE n.conversation_id = c.id
            AND n.category = :category)"""
        values["category"] = wanted.category
    if wanted.agent:
        conditions += """ AND EXISTS (SELECT 1 FROM message a WHERE a.conversation_id = c.id
            AND a.agent_name = :agent)"""
        values["agent"] = wanted.agent
    if wanted.queue_id:
        conditions += """ AND EXISTS (SELECT 1 FROM line_entry q WHERE q.conversation_id = c.id
            AND q.group_id = :queue_id)"""
        values["queue_id"] = wanted.queue_id
    if wanted.sla:
        conditions += f" AND EXISTS (SELECT 1 FROM sla_clock k WHERE k.conversation_id = c.id AND {_TOLD[wanted.sla]})"
    if hidden:
        conditions += """ AND NOT EXISTS (SELECT 1 FROM line_entry e WHERE e.conversation_id = c.id
            AND e.group_id = ANY(:hidden))"""
        values["hidden"] = list(hidden)
    rows = await session.execute(text(_FOUND.format(candidates=candidates, conditions=conditions, first=first)), values)
    return [FoundConversation(*row) for row in rows]


async def list_views(session: Session, owner_id: UUID) -> list[SavedView]:
    """Somebody's kept searches, by name."""
    return [SavedView(*row) for row in await session.execute(_VIEWS, {"owner_id": owner_id})]


async def add_view(session: Session, owner_id: UUID, name: str, query: str) -> SavedView:
    """Keeps a search."""
    view = SavedView(new_id(), name, query)
    values = {"id": view.id, "owner_id": owner_id, "name": name, "query": query, "created_at": now()}
    await session.execute(insert(SavedViewRow).values(values))
    return view


async def drop_view(session: Session, owner_id: UUID, id: UUID) -> bool:
    """Forgets a kept search; False when it is not this person's."""
    return (await session.execute(_DROP_VIEW, {"id": id, "owner_id": owner_id})).scalar_one_or_none() is not None
