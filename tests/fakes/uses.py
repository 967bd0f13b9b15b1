"""Answers that quoted something, as a test says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.knowledge import Use, UseCount, UsedKind


@dataclass
class FakeUses:
    """Implements the PassageUses port; `counted` maps an id to its answers, whatever the time."""

    counted: dict[UUID, UseCount] = field(default_factory=dict)

    async def counts(self, kind: UsedKind, ids: Sequence[UUID] | None, since: datetime | None) -> dict[UUID, UseCount]:
        """See the port."""
        return {id: use for id, use in self.counted.items() if ids is None or id in ids}

    async def answers(self, kind: UsedKind, id: UUID, before: UUID | None, limit: int) -> list[Use]:
        """See the port."""
        return []
