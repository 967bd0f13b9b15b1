"""SQL over conversations wrapped up as resolved: each colleague's reply with the customer's words before it."""

from collections.abc import Sequence

from sqlalchemy import text

from app.kernel.database import Database
from app.training import FoundReply

# The customer's words since anybody else last spoke are the question; a conversation counts by its last wrap-up.
_REPLIES = text(
    """
    SELECT a.id, a.conversation_id, q.words, a.text, c.locale, coalesce(a.agent_name, ''), a.created_at
    FROM message a
    JOIN conversation c ON c.id = a.conversation_id AND c.lifecycle = 'closed'
    JOIN LATERAL (
        SELECT outcome FROM desk_note n WHERE n.conversation_id = c.id AND n.kind = 'wrap_up'
        ORDER BY n.created_at DESC LIMIT 1
    ) ended ON ended.outcome = 'resolved'
    JOIN LATERAL (
        SELECT string_agg(m.text, E'\\n' ORDER BY m.seq) AS words FROM message m
        WHERE m.conversation_id = a.conversation_id AND m.role = 'customer' AND m.seq < a.seq AND m.seq > coalesce(
            (SELECT max(o.seq) FROM message o
             WHERE o.conversation_id = a.conversation_id AND o.seq < a.seq AND o.role = 'agent'), 0)
    ) q ON q.words IS NOT NULL
    WHERE a.role = 'agent'
    ORDER BY a.created_at DESC, a.id DESC LIMIT :limit
    """
)


class DeskReplies:
    """The ResolvedReplies of the room of training."""

    def __init__(self, database: Database):
        self._database = database

    async def newest(self, limit: int) -> Sequence[FoundReply]:
        """The newest first."""
        async with self._database.reading() as session:
            return [FoundReply(*row) for row in await session.execute(_REPLIES, {"limit": limit})]
