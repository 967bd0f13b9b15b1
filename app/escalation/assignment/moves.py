"""Moves people decide on: transfer, force-assign, accept or let pass an offer; the customer stops waiting."""

from uuid import UUID

from app.accounts import Principal
from app.conversations import Happening, NotNow, NotYours, Owner, Thread, change_owner, lock_conversation
from app.escalation.assignment import line as lines
from app.escalation.assignment.errors import NotOffered, NotThere
from app.escalation.assignment.giving_out import go_on, let_pass
from app.escalation.assignment.store import line
from app.escalation.assignment.told import tell_person
from app.escalation.desk import actor_of, add_note_to, held, move, seen
from app.escalation.domain import NoteKind
from app.escalation.errors import WrongState
from app.escalation.presence.domain import AgentAtWork
from app.escalation.presence.service import list_agents
from app.escalation.queues.domain import Priority
from app.escalation.queues.service import get_group
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound


async def transfer_to_person(
    tools: EscalationTools, conversation_id: UUID, principal: Principal, staff_id: UUID, note: str | None
) -> Thread:
    """Somebody else goes on, and reads the note. Raises NotFound, NotYours, NotThere with the name, WrongState."""
    async with tools.database.transaction() as session:
        thread = await held(session, conversation_id, principal)
        colleague = await _colleague(session, staff_id)
        if not colleague.is_there(now()):
            raise NotThere(name=colleague.name)
        if thread.agent_id == staff_id:
            return thread
        return await _give(tools, session, thread, principal, colleague, "transferred", note)


async def transfer_to_group(
    tools: EscalationTools, conversation_id: UUID, principal: Principal, group_id: UUID, note: str | None
) -> Thread:
    """Another group goes on; the customer keeps the place they had. Raises NotFound, NotYours, WrongState."""
    async with tools.database.transaction() as session:
        await held(session, conversation_id, principal)
        await get_group(session, group_id)
        entry = await line.find_entry(session, conversation_id)
        priority = entry.priority if entry is not None else Priority.NORMAL
        since = await lines.old_place(session, conversation_id)
        await line.plan(session, conversation_id, group_id, priority, None)
        try:
            thread = await change_owner(
                session,
                tools.conversations.bulletin,
                conversation_id,
                Happening.RELEASED,
                actor=actor_of(principal),
                reason="transferred",
                waiting_since=since,
            )
        except NotNow:
            raise WrongState from None
        if note:
            await add_note_to(session, thread, principal, NoteKind.TRANSFER, note)
        return thread


async def assign(tools: EscalationTools, conversation_id: UUID, principal: Principal, staff_id: UUID) -> Thread:
    """A supervisor decides who has it, whoever had it before. Raises NotFound, NotThere, WrongState."""
    async with tools.database.transaction() as session:
        thread = await lock_conversation(session, conversation_id)
        colleague = await _colleague(session, staff_id)
        if thread.owner is Owner.AGENT and thread.agent_id == staff_id:
            return thread
        return await _give(tools, session, thread, principal, colleague, "assigned_by_supervisor", None)


async def _colleague(session: Session, staff_id: UUID) -> AgentAtWork:
    """Somebody who may serve. Raises NotFound."""
    found = next((one for one in await list_agents(session) if one.staff_id == staff_id), None)
    if found is None:
        raise NotFound
    return found


async def _give(
    tools: EscalationTools,
    session: Session,
    thread: Thread,
    principal: Principal,
    colleague: AgentAtWork,
    reason: str,
    note: str | None,
) -> Thread:
    happening = Happening.TRANSFERRED if thread.owner is Owner.AGENT else Happening.TAKEN_OVER
    agent = (colleague.staff_id, colleague.name)
    moved = await move(session, tools, thread.id, happening, principal, reason, agent)
    if note:
        await add_note_to(session, moved, principal, NoteKind.TRANSFER, note)
    told = {"how": reason, "by": principal.name, "note": note or ""}
    tell_person(session, tools.conversations.bulletin, colleague.staff_id, "desk.assigned", told, thread.id)
    return moved


async def accept(tools: EscalationTools, conversation_id: UUID, principal: Principal) -> Thread:
    """Takes what was offered. Raises NotFound, NotYours with the winner's name, NotOffered when it is too late."""
    async with tools.database.transaction() as session:
        await seen(session, principal, conversation_id)
        thread = await lock_conversation(session, conversation_id)
        if thread.owner is Owner.AGENT:
            if thread.agent_id != principal.id:
                raise NotYours(name=thread.agent_name or "")
            return thread
        entry = await line.find_entry(session, conversation_id)
        if entry is None or entry.offered_to != principal.id:
            raise NotOffered
        return await move(
            session, tools, conversation_id, Happening.TAKEN_OVER, principal, "accepted", (principal.id, principal.name)
        )


async def decline(tools: EscalationTools, conversation_id: UUID, principal: Principal) -> None:
    """Lets an offer pass to the next. Raises NotFound, NotOffered."""
    if not await let_pass(tools, conversation_id, principal.id, missed=False):
        raise NotOffered
    await go_on(tools)


async def whisper(tools: EscalationTools, conversation_id: UUID, principal: Principal, text: str) -> None:
    """Says something that only whoever has the conversation, and supervisors, read. Raises NotFound, WrongState."""
    async with tools.database.transaction() as session:
        thread = await lock_conversation(session, conversation_id)
        if thread.agent_id is None:
            raise WrongState
        await add_note_to(session, thread, principal, NoteKind.WHISPER, text, to_id=thread.agent_id)
        told = {"by": principal.name, "text": text}
        tell_person(session, tools.conversations.bulletin, thread.agent_id, "desk.whispered", told, conversation_id)


async def stop_waiting(tools: EscalationTools, conversation_id: UUID) -> Owner:
    """The customer does not want to wait any more: the bot goes on. Raises NotFound, WrongState."""
    async with tools.database.transaction() as session:
        thread = await lock_conversation(session, conversation_id)
        if thread.owner is Owner.BOT:
            return thread.owner
        if thread.owner is not Owner.QUEUE:
            raise WrongState
        changed = await change_owner(
            session,
            tools.conversations.bulletin,
            conversation_id,
            Happening.HANDED_BACK,
            actor="customer",
            reason="customer_stopped_waiting",
        )
        return changed.owner
