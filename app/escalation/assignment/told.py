"""What single people at the desk are told live, beside the changes everybody hears of."""

from typing import Any
from uuid import UUID

from app.conversations import Bulletin, tell_desk
from app.kernel.database import Session, after_commit

TO = "to"
NO_CONVERSATION = UUID(int=0)


def tell_person(
    session: Session,
    bulletin: Bulletin,
    staff_id: UUID,
    event: str,
    data: dict[str, Any],
    conversation_id: UUID = NO_CONVERSATION,
) -> None:
    """Once committed, tells one person's desks, and everybody's that the conversation changed."""

    async def call() -> None:
        tell_desk(bulletin, conversation_id, event, {**data, TO: str(staff_id)})

    after_commit(session, call)
    if conversation_id != NO_CONVERSATION:
        bulletin.desk_later(session, conversation_id)
