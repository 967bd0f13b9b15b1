"""What single people at the desk are told live, beside the changes everybody hears of."""

from typing import Any
from uuid import UUID

import orjson

from app.conversations import DESK_KEY, Bulletin
from app.kernel.database import Session, after_commit


def tell_person(
    session: Session,
    bulletin: Bulletin,
    staff_id: UUID,
    event: str,
    data: dict[str, Any],
    conversation_id: UUID | None = None,
) -> None:
    """Once committed, tells one person's desks, and everybody's that the conversation changed."""

    async def call() -> None:
        bulletin.live.append(DESK_KEY, orjson.dumps([str(staff_id), event, data], default=str), soon=False)
        if conversation_id is not None:
            bulletin.live.append(DESK_KEY, conversation_id.bytes, soon=False)

    after_commit(session, call)


def read_told(entry: bytes) -> tuple[UUID, str, dict[str, Any]] | None:
    """Whom an entry of the desk's stream is for, what it is and its data; None for a changed conversation's id."""
    if not entry.startswith(b"[") or len(entry) == 16:
        return None
    staff_id, event, data = orjson.loads(entry)
    return UUID(staff_id), event, data
