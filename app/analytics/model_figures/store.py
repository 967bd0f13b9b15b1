"""SQL over stored answers, their traces, votes and hand-overs: counts for each model version."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.kernel.database import Database
from app.kernel.ids import first_id_of
from app.training import GivenAnswer, VersionFigures

# Ids of answers are made in time, so the primary key finds those of a window.
_FIGURES = text(
    """
    WITH given AS (
        SELECT t.answer_id, t.conversation_id, t.trace #>> '{model,version_id}' AS version_id, m.outcome, m.seq,
            CAST(t.timings ->> 'first_text_ms' AS float) AS first_ms
        FROM answer_trace t JOIN message m ON m.id = t.answer_id
        WHERE t.answer_id >= :since AND t.trace -> 'model' IS NOT NULL AND jsonb_typeof(t.trace -> 'model') = 'object'
    ), handed AS (
        SELECT DISTINCT g.version_id, g.conversation_id FROM given g
        JOIN conversation_event e ON e.conversation_id = g.conversation_id AND e.seq > g.seq
            AND e.type = 'owner.changed' AND e.data ->> 'owner' = 'queue'
    )
    SELECT g.version_id, count(*), count(DISTINCT g.conversation_id),
        count(*) FILTER (WHERE r.vote = 'up'), count(*) FILTER (WHERE r.vote = 'down'),
        count(*) FILTER (WHERE g.outcome = 'refused'), count(*) FILTER (WHERE g.outcome = 'failed'),
        (SELECT count(*) FROM handed h WHERE h.version_id IS NOT DISTINCT FROM g.version_id),
        coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY g.first_ms), 0)
    FROM given g LEFT JOIN rating r ON r.message_id = g.answer_id
    GROUP BY g.version_id
    """
)
_GIVEN = text(
    """
    SELECT t.answer_id, t.conversation_id FROM answer_trace t
    WHERE t.answer_id >= :since AND jsonb_typeof(t.trace -> 'model') = 'object'
    ORDER BY t.answer_id DESC LIMIT :limit
    """
)


class StoredFigures:
    """The ModelFigures of the room of training."""

    def __init__(self, database: Database):
        self._database = database

    async def since(self, moment: datetime) -> Sequence[VersionFigures]:
        """Of each version that answered since then."""
        async with self._database.reading() as session:
            rows = await session.execute(_FIGURES, {"since": first_id_of(moment)})
            return [
                VersionFigures(
                    model_id=UUID(row[0]) if row[0] else None,
                    answers=row[1],
                    conversations=row[2],
                    up=row[3],
                    down=row[4],
                    refused=row[5],
                    failed=row[6],
                    handed_over=row[7],
                    first_token_p95_ms=round(float(row[8]), 1),
                )
                for row in rows
            ]

    async def given(self, since: datetime, limit: int) -> Sequence[GivenAnswer]:
        """Answers a model wrote, newest first."""
        async with self._database.reading() as session:
            rows = await session.execute(_GIVEN, {"since": first_id_of(since), "limit": limit})
            return [GivenAnswer(*row) for row in rows]
