"""Up to which message a customer and the person who serves them have read each other, as the thread's log has it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.conversations.bulletin import Bulletin, log_events
from app.conversations.domain import Agent, NewEvent, Owner, Thread
from app.conversations.errors import NotTakenOver, NotYours
from app.conversations.store import read_marks, threads
from app.kernel.database import Session
from app.kernel.errors import NotFound

READ = "message.read"


class Side(StrEnum):
    """Who reads; each reads what the other wrote."""

    CUSTOMER = "customer"
    AGENT = "agent"

    @property
    def other(self) -> "Side":
        """Whose messages this side reads."""
        return Side.AGENT if self is Side.CUSTOMER else Side.CUSTOMER


@dataclass(frozen=True)
class ReadMarks:
    """The last message of the other that each side has read."""

    customer: UUID | None = None
    agent: UUID | None = None


async def note_read(
    session: Session, bulletin: Bulletin, conversation_id: UUID, message_id: UUID, agent: Agent | None
) -> None:
    """The customer, or the `agent` who serves them, has read up to a message of the other; going back is nothing new.

    Raises NotFound, NotTakenOver, NotYours when it is with somebody else: who looks on does not read for the customer.
    """
    side = Side.CUSTOMER if agent is None else Side.AGENT
    thread = await threads.lock_thread(session, conversation_id)
    if thread is None:
        raise NotFound
    if agent is not None:
        _check_serves(thread, agent)
    place = await read_marks.place_of(session, conversation_id, message_id, side.other.value)
    if place is None:
        raise NotFound
    known = await read_marks.last_read(session, conversation_id, READ)
    if side.value in known and known[side.value][1] >= place:
        return
    actor = "customer" if agent is None else f"staff:{agent.id}"
    data = {"message_id": str(message_id), "by": side.value}
    await log_events(session, bulletin, conversation_id, [NewEvent(READ, data, actor=actor)])


def _check_serves(thread: Thread, agent: Agent) -> None:
    if thread.owner is not Owner.AGENT:
        raise NotTakenOver
    if thread.agent_id != agent.id:
        raise NotYours(name=thread.agent_name or "")


async def read_marks_of(session: Session, conversation_id: UUID) -> ReadMarks:
    """How far both have read."""
    known = await read_marks.last_read(session, conversation_id, READ)
    return ReadMarks(**{side: message_id for side, (message_id, _) in known.items()})
