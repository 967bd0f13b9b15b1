"""SQL of escalation rules: versions, what was said since the bot began, what each rule did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from app.escalation.rules.domain import Hit
from app.escalation.rules.tables import HitRow, RulesRow
from app.kernel.database import Session
from app.kernel.ids import new_id

_NEWEST = select(RulesRow).order_by(RulesRow.version.desc()).limit(1)
_TIER = """(SELECT k.tier FROM customer k WHERE k.user_id = c.visitor ->> 'user_id') AS tier"""
_SAID = """SELECT a.id AS answer_id, a.conversation_id, q.text AS question, a.outcome, a.seq,
        t.trace #>> '{question,sentiment,label}' AS mood, t.trace #>> '{question,sentiment}' AS bare_mood,
        t.trace #>> '{failure,code}' AS failure
    FROM message a JOIN message q ON q.id = a.reply_to LEFT JOIN answer_trace t ON t.answer_id = a.id"""
_STANDING = text(
    f"""SELECT c.owner, {_TIER}, said.* FROM conversation c
    LEFT JOIN LATERAL ({_SAID} WHERE a.conversation_id = c.id AND a.role = 'bot'
        AND a.seq > coalesce((SELECT max(e.seq) FROM conversation_event e
            WHERE e.conversation_id = c.id AND e.type = 'owner.changed'), 0)) said ON true
    WHERE c.id = :id ORDER BY said.seq"""
)
# The bot's first part alone: what came after people were there says nothing about what brought them.
_PAST = text(
    f"""SELECT c.id, {_TIER}, first.seq AS until, first.owner = 'queue' AS escalated, first.reason
    FROM conversation c LEFT JOIN LATERAL (
        SELECT e.seq, e.data ->> 'owner' AS owner, e.reason FROM conversation_event e
        WHERE e.conversation_id = c.id AND e.type = 'owner.changed' ORDER BY e.seq LIMIT 1
    ) first ON true
    WHERE c.last_message_at > :since ORDER BY c.last_message_at DESC LIMIT :most"""
)
_PAST_TURNS = text(
    f"""{_SAID} WHERE a.conversation_id = ANY(:ids) AND a.role = 'bot' ORDER BY a.conversation_id, a.seq"""
)
_NOTICE = text(
    """INSERT INTO conversation_attention (conversation_id, reasons, at)
    VALUES (:id, jsonb_build_array(CAST(:reason AS text)), :at)
    ON CONFLICT (conversation_id) DO UPDATE
        SET reasons = conversation_attention.reasons || to_jsonb(CAST(:reason AS text))
    WHERE NOT conversation_attention.reasons @> to_jsonb(CAST(:reason AS text)) RETURNING conversation_id"""
)


@dataclass(frozen=True)
class Said:
    """One answer with its question, as the rules look at it."""

    answer_id: UUID
    conversation_id: UUID
    question: str
    outcome: str
    seq: int
    mood: str | None
    failure: str | None


@dataclass(frozen=True)
class Past:
    """A conversation as it went: where the bot's first part ended, and whether that was because it was escalated."""

    id: UUID
    tier: str | None
    until: int | None
    escalated: bool
    reason: str | None


@dataclass(frozen=True)
class Standing:
    """Who owns a conversation, its customer's tier, and what the bot was asked since it has had it, in order."""

    owner: str
    tier: str | None
    said: Sequence[Said]


def _said(row: Any) -> Said:
    mood = row.mood or row.bare_mood
    return Said(row.answer_id, row.conversation_id, row.question, row.outcome, row.seq, mood, row.failure)


async def newest(session: Session) -> RulesRow | None:
    """The rules in force, unless nobody ever changed any."""
    return (await session.scalars(_NEWEST)).one_or_none()


async def add_version(session: Session, version: int, rules: Sequence[dict[str, Any]], by: str, at: datetime) -> bool:
    """Adds a version; False when somebody else was faster."""
    values = {"version": version, "rules": list(rules), "changed_by": by, "changed_at": at}
    statement = upsert(RulesRow).values(values).on_conflict_do_nothing().returning(RulesRow.version)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def standing(session: Session, conversation_id: UUID) -> Standing | None:
    """How a conversation stands, in one statement."""
    rows = (await session.execute(_STANDING, {"id": conversation_id})).all()
    if not rows:
        return None
    said = [_said(row) for row in rows if row.answer_id is not None]
    return Standing(rows[0].owner, rows[0].tier, said)


async def past(session: Session, since: datetime, most: int) -> list[Past]:
    """The latest conversations in which something was said since a moment."""
    rows = await session.execute(_PAST, {"since": since, "most": most})
    return [Past(row.id, row.tier, row.until, bool(row.escalated), row.reason) for row in rows]


async def said_in(session: Session, ids: Sequence[UUID]) -> list[Said]:
    """What the bot was asked in some conversations, in order."""
    return [_said(row) for row in await session.execute(_PAST_TURNS, {"ids": list(ids)})]


async def notice(session: Session, conversation_id: UUID, reason: str, at: datetime) -> bool:
    """Shows a conversation to the staff for a reason; False when it is shown for that reason already."""
    values = {"id": conversation_id, "reason": reason, "at": at}
    return (await session.execute(_NOTICE, values)).one_or_none() is not None


async def note_hit(session: Session, conversation_id: UUID, hit: Hit, version: int, at: datetime) -> None:
    """Keeps what a rule did."""
    rule = hit.rule
    values = {"rule_id": rule.id, "kind": rule.kind.value, "name": rule.name, "value": hit.value[:200]}
    kept = {**values, "action": rule.action.value, "rules_version": version, "at": at}
    await session.execute(insert(HitRow).values(id=new_id(), conversation_id=conversation_id, **kept))


def as_rows(value: object) -> list[dict[str, Any]]:
    """Plain values of a list, as JSON keeps them."""
    found: list[dict[str, Any]] = orjson.loads(orjson.dumps(value, default=str))
    return found
