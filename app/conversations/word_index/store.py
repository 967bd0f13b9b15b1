"""SQL of the word index: what is behind, what was said there, and its terms."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text

from app.kernel.database import Session

# A message moves its conversation's last_message_at in its own transaction, so whoever differs has something new.
_BEHIND = text(
    "SELECT id, last_message_at FROM conversation WHERE unindexed ORDER BY last_message_at DESC LIMIT :limit"
)
_SAID = text("SELECT conversation_id, text FROM message WHERE conversation_id = ANY(:ids)")
# Those that were erased meanwhile stay so.
_KEEP = text(
    """WITH told AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS e(id uuid, at timestamptz, terms jsonb)
    ), marked AS (
        UPDATE conversation c SET indexed_to = told.at FROM told WHERE c.id = told.id RETURNING c.id
    )
    INSERT INTO conversation_terms (conversation_id, terms)
    SELECT told.id, ARRAY(SELECT jsonb_array_elements_text(told.terms)) FROM told JOIN marked ON marked.id = told.id
    ON CONFLICT (conversation_id) DO UPDATE SET terms = excluded.terms"""
)


async def read_behind(session: Session, limit: int) -> list[tuple[UUID, datetime]]:
    """Conversations with something said that is not indexed, and when it was said; the latest first."""
    return [(row.id, row.last_message_at) for row in await session.execute(_BEHIND, {"limit": limit})]


async def read_said(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """What was said in some conversations."""
    found: dict[UUID, list[str]] = {id: [] for id in ids}
    for row in await session.execute(_SAID, {"ids": list(ids)}):
        found[row.conversation_id].append(row.text)
    return found


async def keep_terms(
    session: Session, behind: Sequence[tuple[UUID, datetime]], terms: Mapping[UUID, list[str]]
) -> None:
    """Keeps the terms of conversations, as of when each was read."""
    rows = [{"id": str(id), "at": at.isoformat(), "terms": terms[id]} for id, at in behind]
    await session.execute(_KEEP, {"rows": orjson.dumps(rows).decode()})
