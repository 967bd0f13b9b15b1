"""SQL over stored citations and votes: how often an FAQ answered, and how well."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUuid

from app.kernel.database import Database
from app.knowledge import FaqAnswer, FaqUse

_COUNT = text(
    """
    SELECT used.faq_id, count(*), count(*) FILTER (WHERE r.vote = 'up'), count(*) FILTER (WHERE r.vote = 'down')
    FROM (SELECT DISTINCT c.faq_id, c.message_id FROM citation c JOIN message m ON m.id = c.message_id
          WHERE c.faq_id = ANY(:ids) AND m.created_at >= now() - interval '30 days') used
    LEFT JOIN rating r ON r.message_id = used.message_id
    GROUP BY used.faq_id
    """
).bindparams(bindparam("ids", type_=ARRAY(PgUuid)))

_ANSWERS = text(
    """
    SELECT m.id, m.conversation_id, coalesce(q.text, ''), m.outcome, r.vote, m.created_at
    FROM (SELECT DISTINCT message_id FROM citation WHERE faq_id = :faq_id) used
    JOIN message m ON m.id = used.message_id
    LEFT JOIN message q ON q.id = m.reply_to
    LEFT JOIN rating r ON r.message_id = m.id
    ORDER BY m.created_at DESC, m.id LIMIT :limit
    """
)


class FaqCitations:
    """The FaqUses of the room of knowledge."""

    def __init__(self, database: Database):
        self._database = database

    async def count(self, faq_ids: Sequence[UUID]) -> dict[UUID, FaqUse]:
        """Per FAQ its answers of the last thirty days with the votes on them."""
        async with self._database.reading() as session:
            rows = await session.execute(_COUNT, {"ids": list(faq_ids)})
            return {faq_id: FaqUse(answers, up, down) for faq_id, answers, up, down in rows}

    async def answers(self, faq_id: UUID, limit: int) -> list[FaqAnswer]:
        """The newest answers that cited it."""
        async with self._database.reading() as session:
            return [FaqAnswer(*row) for row in await session.execute(_ANSWERS, {"faq_id": faq_id, "limit": limit})]
