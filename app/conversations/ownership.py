"""The one function that moves a conversation between owners and lifecycles; nobody else writes those columns."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.conversations.bulletin import Bulletin, log_events
from app.conversations.domain import LIFECYCLE_CHANGED, Happening, NewEvent, Owner, Thread, next_state
from app.conversations.errors import NotNow
from app.conversations.events import AnswerFinished, OwnerChanged
from app.conversations.store import answers, threads
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound


async def change_owner(
    session: Session,
    bulletin: Bulletin,
    conversation_id: UUID,
    happening: Happening,
    *,
    actor: str,
    reason: str,
    agent: tuple[UUID, str] | None = None,
    waiting_since: datetime | None = None,
) -> Thread:
    """Locks the thread, moves it where the happening leads, writes the log, tells listeners and readers.

    A happening that changes nothing is fine and does nothing. When the bot no longer owns the conversation, its
    running answer is told to end and its waiting ones end unsaid. `agent` is who takes over; `waiting_since` gives
    a conversation that comes back into the line its old place.
    Raises NotFound, NotNow.
    """
    thread = await threads.lock_thread(session, conversation_id)
    if thread is None:
        raise NotFound
    target = next_state(thread.owner, thread.lifecycle, happening)
    if target is None:
        raise NotNow
    owner, lifecycle = target
    other_person = happening is Happening.TRANSFERRED and agent is not None and agent[0] != thread.agent_id
    if target == (thread.owner, thread.lifecycle) and not other_person:
        return thread
    since = waiting_since or now()
    await threads.change_thread(
        session, conversation_id, owner, lifecycle, reason=reason, agent=agent, waiting_since=since
    )
    if thread.owner is Owner.BOT and owner is not Owner.BOT:
        await _silence_bot(session, bulletin, thread)
    whose = (agent or (thread.agent_id, thread.agent_name)) if owner is Owner.AGENT else (None, None)
    if owner is not thread.owner or other_person:
        event = _told(owner, reason, actor, whose[1])
    else:
        event = NewEvent(LIFECYCLE_CHANGED, {"lifecycle": lifecycle.value}, actor=actor, reason=reason)
    await log_events(session, bulletin, conversation_id, [event])
    told = OwnerChanged(
        conversation_id, thread.owner, owner, lifecycle, reason, actor, whose[0], thread.agent_id, since
    )
    await bulletin.announcer.announce(session, told)
    changed = await threads.find_thread(session, conversation_id)
    assert changed is not None, "the row is locked"
    return changed


def _told(owner: Owner, reason: str, actor: str, name: str | None) -> NewEvent:
    data: dict[str, Any] = {"owner": owner.value, "reason": reason}
    if owner is Owner.AGENT:
        data["agent"] = {"name": name}
    return NewEvent("owner.changed", data, actor=actor, reason=reason)


async def _silence_bot(session: Session, bulletin: Bulletin, thread: Thread) -> None:
    if thread.open_answers == 0:
        return
    running = await answers.find_running(session, thread.id)
    if running is None:
        await end_waiting_answers(session, bulletin, thread.id)
        return
    answer_id, node_id = running  # when it has ended, its process ends the waiting ones too, in order
    bulletin.halt_later(session, node_id, answer_id, "taken_over")


async def end_waiting_answers(session: Session, bulletin: Bulletin, conversation_id: UUID) -> None:
    """Ends the answers of a locked thread that have not begun; each becomes an empty, stopped message."""
    for one, question_id in await answers.end_waiting(session, conversation_id):
        ids = {"answer_id": str(one)}
        told = {"text": "", "outcome": "stopped", "citations": [], "suggestions": []}
        logged = await log_events(
            session,
            bulletin,
            conversation_id,
            [
                NewEvent("answer.started", {**ids, "question_id": str(question_id), "composer": "fixed"}, actor="bot"),
                NewEvent("answer.completed", ids, one, told, actor="bot"),
            ],
        )
        await answers.store_ended(session, conversation_id, one, question_id, logged[-1].seq)
        await bulletin.announcer.announce(session, AnswerFinished(conversation_id, one, question_id, "stopped"))
