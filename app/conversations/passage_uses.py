"""The port PassageUses of knowledge, over the citations stored with every answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.conversations.store import uses as store
from app.kernel.database import Database
from app.knowledge import Use, UseCount, UsedKind


@dataclass(frozen=True)
class StoredUses:
    """Counts and lists answers by what they quoted."""

    database: Database

    async def counts(self, kind: UsedKind, ids: Sequence[UUID] | None, since: datetime | None) -> dict[UUID, UseCount]:
        """See the port."""
        if ids is not None and not ids:
            return {}
        async with self.database.reading() as session:
            rows = await store.count_uses(session, kind, ids, since)
        return {id: UseCount(answers, at) for id, answers, at in rows}

    async def answers(self, kind: UsedKind, id: UUID, before: UUID | None, limit: int) -> list[Use]:
        """See the port."""
        async with self.database.reading() as session:
            rows = await store.list_uses(session, kind, id, before, limit)
        return [
            Use(
                answer_id=row.id,
                conversation_id=row.conversation_id,
                question=row.question,
                answer=row.text,
                outcome=row.outcome,
                quote=row.quote,
                chunk_id=row.chunk_id,
                at=row.created_at,
            )
            for row in rows
        ]
