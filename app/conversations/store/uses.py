"""SQL over stored citations: how many answers quoted a document, FAQ or chunk, and which."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUuid

from app.kernel.database import Session
from app.kernel.ids import first_id_of

_KINDS = ("document", "faq", "chunk")
# Ids of answers rise with time, so a stretch of days is a stretch of the index (source, message_id).
_SOME = {
    kind: text(
        f"""SELECT w.id, n.answers, m.created_at FROM unnest(:ids) AS w(id)
        CROSS JOIN LATERAL (
            SELECT count(*) AS answers, (array_agg(message_id ORDER BY message_id DESC))[1] AS last_id
            FROM (SELECT DISTINCT message_id FROM citation
                  WHERE {kind}_id = w.id AND message_id >= :since) c) n
        JOIN message m ON m.id = n.last_id"""
    ).bindparams(bindparam("ids", type_=ARRAY(PgUuid)))
    for kind in _KINDS
}
_ALL = {
    kind: text(
        f"""SELECT n.id, n.answers, m.created_at FROM (
            SELECT id, count(*) AS answers, max(message_id::text)::uuid AS last_id
            FROM (SELECT DISTINCT {kind}_id AS id, message_id FROM citation
                  WHERE message_id >= :since AND {kind}_id IS NOT NULL) c GROUP BY id) n
        JOIN message m ON m.id = n.last_id"""
    )
    for kind in _KINDS
}
_ANSWERS = {
    kind: text(
        f"""SELECT a.id, a.conversation_id, coalesce(q.text, '') AS question, a.text, a.outcome, n.quote, n.chunk_id,
            a.created_at
        FROM (SELECT DISTINCT ON (message_id) message_id, quote, chunk_id FROM citation
              WHERE {kind}_id = :id AND message_id < :before ORDER BY message_id DESC, number LIMIT :limit) n
        JOIN message a ON a.id = n.message_id LEFT JOIN message q ON q.id = a.reply_to
        ORDER BY a.id DESC"""
    )
    for kind in _KINDS
}
_FIRST, _LAST = UUID(int=0), UUID(int=2**128 - 1)


async def count_uses(
    session: Session, kind: str, ids: Sequence[UUID] | None, since: datetime | None
) -> list[tuple[UUID, int, datetime]]:
    """Id, answers and the time of the last one, for what was quoted at least once since then."""
    values: dict[str, Any] = {"since": _FIRST if since is None else first_id_of(since)}
    if ids is not None:
        found = await session.execute(_SOME[kind], {**values, "ids": list(ids)})
    else:
        found = await session.execute(_ALL[kind], values)
    return [(id, answers, at) for id, answers, at in found]


async def list_uses(session: Session, kind: str, id: UUID, before: UUID | None, limit: int) -> list[Any]:
    """The answers that quoted it, newest first."""
    found = await session.execute(_ANSWERS[kind], {"id": id, "before": before or _LAST, "limit": limit})
    return list(found)
