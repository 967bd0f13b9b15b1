"""SQL of threads: making, locking, changing, listing and counting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.conversations.domain import Lifecycle, Owner, OwnerChange, Reader, Summary, Thread
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.single import Line, fetch

# Whoever asks is read anew with every question, so that another tier holds from the next one on.
READER_COLUMNS = """c.channel, c.visitor IS NOT NULL,
    (SELECT k.tier FROM customer k WHERE k.user_id = c.visitor ->> 'user_id'), c.visitor ->> 'user_id'"""
THREAD_COLUMNS = f"""c.id, c.owner, c.lifecycle, c.version, c.seq, c.locale, c.open_answers, c.token_digest,
    c.agent_name, c.agent_id, {READER_COLUMNS}"""
THREAD_WIDTH = 14

_ADD = text(
    """INSERT INTO conversation
    (id, channel, locale, token_digest, owner, lifecycle, version, seq, open_answers, visitor, created_at)
    VALUES (:id, :channel, :locale, :token_digest, 'bot', 'open', 1, 0, 0, CAST(:visitor AS jsonb), :at) RETURNING id"""
)
_FIND = text(f"SELECT {THREAD_COLUMNS} FROM conversation c WHERE c.id = :id")
_LOCK = text(f"SELECT {THREAD_COLUMNS} FROM conversation c WHERE c.id = :id FOR UPDATE")
_CHANGE = text(
    """UPDATE conversation SET owner = :owner, lifecycle = :lifecycle, version = version + 1,
        queued_at = CASE WHEN :owner = 'queue' THEN coalesce(queued_at, CAST(:queued_at AS timestamptz)) END,
        handoff_reason = CASE WHEN :owner = 'queue' AND owner <> 'queue' THEN :reason ELSE handoff_reason END,
        agent_id = CASE WHEN :owner = 'agent' THEN coalesce(CAST(:agent_id AS uuid), agent_id) END,
        agent_name = CASE WHEN :owner = 'agent' THEN coalesce(:agent_name, agent_name) END
    WHERE id = :id"""
)
_CHANGE_TOKEN = text("UPDATE conversation SET token_digest = :digest WHERE id = :id")
_ENDED_BEFORE = text(
    """SELECT coalesce((SELECT at < :moment FROM conversation_event
        WHERE conversation_id = :id AND type = 'owner.changed' ORDER BY seq DESC LIMIT 1), false)"""
)
_USE_NONCE = text("INSERT INTO visitor_nonce (digest, expires_at) VALUES (:digest, :expires_at)")
_FORGET_NONCES = text("DELETE FROM visitor_nonce WHERE expires_at < :at")
_LIST = """SELECT c.id, c.channel, c.locale, c.owner, c.lifecycle, c.created_at, c.last_message_at,
        c.handoff_reason, c.visitor, c.agent_name, c.agent_id, c.queued_at,
        last.text, last.role, counted.messages, bot.outcome
    FROM conversation c
    JOIN LATERAL (SELECT left(m.text, 200) AS text, m.role FROM message m
        WHERE m.conversation_id = c.id ORDER BY m.seq DESC LIMIT 1) last ON true
    JOIN LATERAL (SELECT count(*) AS messages FROM message m WHERE m.conversation_id = c.id) counted ON true
    LEFT JOIN LATERAL (SELECT m.outcome FROM message m
        WHERE m.conversation_id = c.id AND m.role = 'bot' ORDER BY m.seq DESC LIMIT 1) bot ON true
    WHERE c.last_message_at IS NOT NULL"""
_FILTERED = {"owner": "c.owner", "lifecycle": "c.lifecycle", "outcome": "bot.outcome"}
_OWNER_CHANGES = text(
    """SELECT seq, data ->> 'owner' AS owner, reason, data -> 'agent' ->> 'name' AS agent, at
    FROM conversation_event WHERE conversation_id = :id AND type = 'owner.changed' ORDER BY seq"""
)


@dataclass(frozen=True)
class Filters:
    """Which threads a list shows; `outcome` is that of the last answer."""

    owner: Owner | None = None
    lifecycle: Lifecycle | None = None
    outcome: str | None = None


def as_thread(row: Sequence[Any]) -> Thread:
    """The thread in a row that begins with THREAD_COLUMNS."""
    id, owner, lifecycle, version, seq, locale, open_answers, token_digest, agent_name, agent_id = row[:10]
    return Thread(
        id,
        Owner(owner),
        Lifecycle(lifecycle),
        version,
        seq,
        locale,
        open_answers,
        token_digest,
        agent_name,
        agent_id,
        Reader(*row[10:THREAD_WIDTH]),
    )


async def add_thread(
    where: Line | Session, id: UUID, channel: str, locale: str, token_digest: str, visitor: dict[str, Any] | None
) -> None:
    """A new, empty thread."""
    values = {"id": id, "channel": channel, "locale": locale, "token_digest": token_digest, "at": now()}
    await fetch(where, _ADD, {**values, "visitor": orjson.dumps(visitor).decode() if visitor else None})


async def find_thread(session: Session, id: UUID) -> Thread | None:
    """A thread as it stands."""
    row = (await session.execute(_FIND, {"id": id})).one_or_none()
    return None if row is None else as_thread(row)


async def lock_thread(session: Session, id: UUID) -> Thread | None:
    """A thread that nobody else changes until the transaction ends."""
    row = (await session.execute(_LOCK, {"id": id})).one_or_none()
    return None if row is None else as_thread(row)


async def change_thread(
    session: Session,
    id: UUID,
    owner: Owner,
    lifecycle: Lifecycle,
    *,
    reason: str,
    agent: tuple[UUID, str] | None,
    waiting_since: datetime,
) -> None:
    """Writes what the one transition function decided."""
    agent_id, agent_name = agent or (None, None)
    values = {
        "id": id,
        "owner": owner.value,
        "lifecycle": lifecycle.value,
        "reason": reason,
        "queued_at": waiting_since,
    }
    await session.execute(_CHANGE, {**values, "agent_id": agent_id, "agent_name": agent_name})


async def change_token(session: Session, id: UUID, digest: str) -> None:
    """Another token opens the thread from now on."""
    await session.execute(_CHANGE_TOKEN, {"id": id, "digest": digest})


async def ended_before(session: Session, id: UUID, moment: datetime) -> bool:
    """Whether the last change of owner is older than a moment."""
    return bool((await session.execute(_ENDED_BEFORE, {"id": id, "moment": moment})).scalar_one())


async def use_nonce(session: Session, digest: str, expires_at: datetime) -> bool:
    """Remembers a signature until it expires; False when it was used before."""
    await session.execute(_FORGET_NONCES, {"at": now()})
    try:
        async with session.begin_nested():
            await session.execute(_USE_NONCE, {"digest": digest, "expires_at": expires_at})
    except IntegrityError:
        return False
    return True


async def list_threads(
    session: Session, filters: Filters, before: tuple[datetime, UUID] | None, limit: int
) -> list[Summary]:
    """Threads in which something was said, the latest first."""
    sql, values = _LIST, dict[str, Any](limit=limit)
    for name, column in _FILTERED.items():
        value = getattr(filters, name)
        if value is not None:
            sql += f" AND {column} = :{name}"
            values[name] = value
    if before is not None:
        sql += " AND (c.last_message_at, c.id) < (:moment, :id)"
        values |= {"moment": before[0], "id": before[1]}
    rows = await session.execute(text(f"{sql} ORDER BY c.last_message_at DESC, c.id DESC LIMIT :limit"), values)
    return [_summary(row) for row in rows]


async def find_summary(session: Session, id: UUID) -> Summary | None:
    """One thread in which something was said, as the list shows it."""
    row = (await session.execute(text(f"{_LIST} AND c.id = :id"), {"id": id})).one_or_none()
    return None if row is None else _summary(row)


async def owner_changes(session: Session, id: UUID) -> list[OwnerChange]:
    """Every change of owner, in order."""
    rows = await session.execute(_OWNER_CHANGES, {"id": id})
    return [OwnerChange(row.seq, Owner(row.owner), row.reason, row.agent, row.at) for row in rows]


def _summary(row: Any) -> Summary:
    return Summary(
        id=row.id,
        channel=row.channel,
        locale=row.locale,
        owner=Owner(row.owner),
        lifecycle=Lifecycle(row.lifecycle),
        created_at=row.created_at,
        last_message_at=row.last_message_at,
        last_text=row.text,
        last_role=row.role,
        message_count=row.messages,
        last_outcome=row.outcome,
        handoff_reason=row.handoff_reason,
        visitor_name=(row.visitor or {}).get("name"),
        verified=row.visitor is not None,
        agent_name=row.agent_name,
        agent_id=row.agent_id,
        queued_at=row.queued_at,
    )
