"""What escalation can do: put a conversation in line for a person, tell its place, take the customer's verdict."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from uuid import UUID

from app.conversations import (
    Bulletin,
    ConversationTools,
    NewEvent,
    Owner,
    OwnerChanged,
    ask_for_person,
    authenticate_customer,
    log_events,
    place_in_line,
    recent_waits_s,
    waiting_line,
)
from app.escalation import store
from app.escalation.canned.ports import Spell
from app.kernel.database import Database, Session, after_commit

LOOK_BACK = timedelta(minutes=15)
TOLD_IN_LINE = 20  # whoever stands further behind is told when it comes nearer
FEWEST_WAITS = 3  # an estimate from fewer would be a guess


@dataclass(frozen=True)
class EscalationTools:
    """What escalation works with."""

    database: Database
    conversations: ConversationTools
    spell: Spell


@dataclass(frozen=True)
class LinePlace:
    """Where a conversation stands: `position` from 1, None when it does not wait; the estimate None when unknown."""

    owner: Owner
    position: int | None
    estimated_wait_s: int | None


@dataclass(frozen=True)
class Survey:
    """A customer's verdict: `score` from 1 to 5, and whether the problem is solved."""

    score: int
    resolved: bool | None = None
    comment: str | None = None


async def _place(session: Session, conversation_id: UUID, owner: Owner) -> LinePlace:
    position = await place_in_line(session, conversation_id)
    if position == 0:
        return LinePlace(owner, None, None)
    waits = await recent_waits_s(session, LOOK_BACK)
    estimate = round(median(waits)) if len(waits) >= FEWEST_WAITS else None
    return LinePlace(owner, position, estimate)


async def hand_off(tools: EscalationTools, conversation_id: UUID, token: str, reason: str | None) -> LinePlace:
    """The customer asks for a person; asking again changes nothing. Raises NotFound."""
    owner = await ask_for_person(tools.conversations, conversation_id, token, reason)
    async with tools.database.reading() as session:
        return await _place(session, conversation_id, owner)


async def tell_place(bulletin: Bulletin, session: Session, changed: OwnerChanged) -> None:
    """Listener: whoever comes into the line is told the place, with the change that put them there."""
    if changed.owner is Owner.QUEUE and changed.before is not Owner.QUEUE:
        place = await _place(session, changed.conversation_id, changed.owner)
        await _tell(bulletin, session, changed.conversation_id, place)


async def move_up(database: Database, bulletin: Bulletin, session: Session, changed: OwnerChanged) -> None:
    """Listener: when somebody leaves the line, those who still wait are told their new place, after the commit."""
    if changed.before is not Owner.QUEUE or changed.owner is Owner.QUEUE:
        return

    async def tell_the_others() -> None:
        async with database.reading() as reading:
            waiting = await waiting_line(reading, TOLD_IN_LINE)
        for conversation_id in waiting:
            async with database.transaction() as writing:
                place = await _place(writing, conversation_id, Owner.QUEUE)
                if place.position is not None:
                    await _tell(bulletin, writing, conversation_id, place)

    after_commit(session, tell_the_others)


async def _tell(bulletin: Bulletin, session: Session, conversation_id: UUID, place: LinePlace) -> None:
    data = {"position": place.position, "estimated_wait_s": place.estimated_wait_s}
    await log_events(session, bulletin, conversation_id, [NewEvent("queue.updated", data)])


async def answer_survey(tools: EscalationTools, conversation_id: UUID, token: str, survey: Survey) -> None:
    """Keeps the customer's verdict; a later one replaces it. Raises NotFound."""
    customer = await authenticate_customer(tools.conversations, conversation_id, token)
    async with tools.database.transaction() as session:
        await store.put_survey(session, customer.conversation_id, survey.score, survey.resolved, survey.comment)


async def read_survey(session: Session, conversation_id: UUID) -> Survey | None:
    """The customer's verdict, if there is one."""
    row = await store.find_survey(session, conversation_id)
    return None if row is None else Survey(row.score, row.resolved, row.comment)
