"""Places in the line: who stands where, how long it will be, and what those who wait are told."""

from datetime import datetime
from uuid import UUID

from app.conversations import NewEvent, Owner, lock_conversation, log_events
from app.escalation.assignment.domain import LOOK_BACK, EntryState, LinePlace
from app.escalation.assignment.store import line
from app.escalation.presence.domain import GRACE
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.database import Session


async def old_place(session: Session, conversation_id: UUID) -> datetime | None:
    """Since when a conversation had waited before somebody took it; None when it never did."""
    entry = await line.find_entry(session, conversation_id)
    return entry.queued_at if entry is not None and entry.state is EntryState.SERVED else None


async def place_of(session: Session, conversation_id: UUID, owner: Owner) -> LinePlace:
    """The place of one who waits, and how long it will be if that can be told honestly."""
    found = await line.find_place(session, conversation_id)
    if found is None:
        return LinePlace(owner, None, None)
    group_id, position = found
    at = now()
    pace = await line.pace(session, group_id, at - LOOK_BACK, at - GRACE)
    return LinePlace(owner, position, pace.estimate_s(position, at))


async def tell_moved(tools: EscalationTools, most: int) -> None:
    """Tells those near the front whose place has changed, each in a transaction of its own."""
    async with tools.database.reading() as reading:
        waiting = await line.moved(reading, most)
    for conversation_id, _, _ in waiting:
        async with tools.database.transaction() as session:
            await lock_conversation(session, conversation_id)
            place = await place_of(session, conversation_id, Owner.QUEUE)
            if place.position is not None:
                await tell(tools, session, conversation_id, place)


async def tell(tools: EscalationTools, session: Session, conversation_id: UUID, place: LinePlace) -> None:
    """Tells one who waits, with the change in the same transaction."""
    data = {"position": place.position, "estimated_wait_s": place.estimated_wait_s}
    bulletin = tools.conversations.bulletin
    await log_events(session, bulletin, conversation_id, [NewEvent("queue.updated", data)])
    if place.position is not None:
        await line.note_told(session, conversation_id, place.position)
