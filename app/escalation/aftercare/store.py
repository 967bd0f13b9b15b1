"""SQL of aftercare."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.escalation.aftercare.domain import Asked, LeftMessage
from app.escalation.aftercare.tables import LeftMessageRow, ServiceRulesRow, SurveyAskRow
from app.kernel.clock import now
from app.kernel.database import Session

_WHO_WAS_ASKED = text(
    """SELECT EXISTS (SELECT 1 FROM survey_ask a JOIN conversation c ON c.id = a.conversation_id
    JOIN conversation this ON this.id = :id
    WHERE c.id <> this.id AND this.visitor IS NOT NULL AND c.visitor ->> 'user_id' = this.visitor ->> 'user_id'
    AND a.asked_at > :since)"""
)
_FORGET = text("UPDATE left_message SET contact = '', name = NULL WHERE answered_at < :before AND contact <> ''")
_ANSWERED = text("UPDATE left_message SET answered_at = :at WHERE conversation_id = :id AND answered_at IS NULL")
_RETURN = text("SELECT conversation_id FROM left_message WHERE return_digest = :digest AND created_at > :since")


async def newest_rules(session: Session) -> ServiceRulesRow | None:
    """The rules in force; None before anybody set any."""
    found = await session.scalars(select(ServiceRulesRow).order_by(ServiceRulesRow.version.desc()).limit(1))
    return found.one_or_none()


async def add_rules(session: Session, version: int, rules: Mapping[str, Any], by: str) -> bool:
    """Writes a version; False when there is one of this number already."""
    values = {"version": version, "rules": dict(rules), "changed_by": by, "changed_at": now()}
    statement = insert(ServiceRulesRow).values(values).on_conflict_do_nothing().returning(ServiceRulesRow.version)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def put_ask(session: Session, asked: Asked) -> None:
    """Notes what a customer is asked now."""
    values = {
        "parts": [part.value for part in asked.parts],
        "agent_id": asked.agent_id,
        "agent_name": asked.agent_name,
        "asked_at": now(),
    }
    statement = insert(SurveyAskRow).values(conversation_id=asked.conversation_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["conversation_id"], set_=values))


async def find_ask(session: Session, conversation_id: UUID) -> SurveyAskRow | None:
    """What the customer of a conversation was asked last."""
    return await session.get(SurveyAskRow, conversation_id)


async def asked_elsewhere(session: Session, conversation_id: UUID, within: timedelta) -> bool:
    """Whether the same known customer was asked in another conversation of late."""
    values = {"id": conversation_id, "since": now() - within}
    return bool((await session.execute(_WHO_WAS_ASKED, values)).scalar_one())


async def put_message(session: Session, left: LeftMessage, digest: str) -> None:
    """Keeps a message, or the newer one in its place."""
    values = {
        "name": left.name,
        "contact": left.contact,
        "text": left.text,
        "promised_by": left.promised_by,
        "return_digest": digest,
        "created_at": left.created_at,
        "answered_at": None,
    }
    statement = insert(LeftMessageRow).values(conversation_id=left.conversation_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["conversation_id"], set_=values))


async def find_message(session: Session, conversation_id: UUID) -> LeftMessage | None:
    """The message left in a conversation."""
    row = await session.get(LeftMessageRow, conversation_id)
    if row is None:
        return None
    return LeftMessage(row.conversation_id, row.name, row.contact, row.text, row.promised_by, row.created_at)


async def mark_answered(session: Session, conversation_id: UUID) -> None:
    """Somebody took care of it."""
    await session.execute(_ANSWERED, {"id": conversation_id, "at": now()})


async def forget_contacts(session: Session, before: datetime) -> None:
    """Wipes how to reach those who were answered before a moment."""
    await session.execute(_FORGET, {"before": before})


async def find_return(session: Session, digest: str, since: datetime) -> UUID | None:
    """The conversation a way back leads to."""
    found: UUID | None = await session.scalar(_RETURN, {"digest": digest, "since": since})
    return found
