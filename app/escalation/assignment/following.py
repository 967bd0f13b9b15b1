"""The line as conversations change hands: who enters it, who is served, who leaves it."""

from datetime import datetime
from functools import partial
from uuid import UUID

from app.conversations import Lifecycle, Owner, OwnerChanged, lock_conversation
from app.escalation.assignment import giving_out
from app.escalation.assignment.domain import STICKY_FOR, Entry, EntryState
from app.escalation.assignment.line import place_of, tell
from app.escalation.assignment.store import line
from app.escalation.events import Assigned
from app.escalation.queues.domain import DEFAULT_GROUP, Priority, choose_group, turn_at
from app.escalation.queues.store import list_groups
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.database import Session, after_commit


async def follow_owner(tools: EscalationTools, session: Session, changed: OwnerChanged) -> None:
    """Listener: the line follows who owns a conversation, in the same transaction."""
    conversation_id, at = changed.conversation_id, now()
    handed_on = changed.agent_id != changed.before_agent_id
    if changed.before is Owner.AGENT and handed_on:
        await line.end_assignment(session, conversation_id, changed.reason, at)
    if changed.before is Owner.BOT and changed.owner is not Owner.BOT:
        await line.forget_attention(session, conversation_id)
    if changed.owner is Owner.QUEUE:
        if changed.before is not Owner.QUEUE:
            await _enter(tools, session, changed)
        else:  # put to sleep in the line, the customer is not expected at the screen
            asleep = at if changed.lifecycle is Lifecycle.SNOOZED else None
            await line.leave_message(session, conversation_id, asleep, None)
    elif changed.agent_id is not None and handed_on:
        await _serve(tools, session, changed, changed.agent_id, at)
    elif changed.owner is not changed.before:
        await line.leave(session, conversation_id)
    if Owner.QUEUE in (changed.owner, changed.before) or changed.before is Owner.AGENT:
        after_commit(session, partial(giving_out.go_on, tools))


async def _enter(tools: EscalationTools, session: Session, changed: OwnerChanged) -> None:
    before = await line.find_entry(session, changed.conversation_id)
    thread = await lock_conversation(session, changed.conversation_id)
    reader, at = thread.reader, changed.waiting_since or now()
    if before is not None and before.state in (EntryState.PLANNED, EntryState.SERVED):
        group_id, priority, skill, declined = before.group_id, before.priority, before.skill, before.declined
    else:
        group = choose_group(await list_groups(session), thread.locale, reader.channel, reader.tier)
        group_id, priority, skill, declined = group.id, Priority.NORMAL, None, ()
    entry = Entry(changed.conversation_id, group_id, EntryState.WAITING, priority, skill, at, declined)
    wanted = await line.last_agent(session, changed.conversation_id, reader.user_id, now() - STICKY_FOR)
    await line.enter(session, entry, turn_at(at, priority), wanted if wanted not in declined else None)
    place = await place_of(session, changed.conversation_id, changed.owner)
    await tell(tools, session, changed.conversation_id, place)


async def _serve(tools: EscalationTools, session: Session, changed: OwnerChanged, staff_id: UUID, at: datetime) -> None:
    thread = await lock_conversation(session, changed.conversation_id)
    user_id, how = thread.reader.user_id, changed.reason
    await line.serve(session, changed.conversation_id, staff_id, user_id, how, DEFAULT_GROUP, at)
    told = Assigned(changed.conversation_id, staff_id, how)
    await tools.conversations.bulletin.announcer.announce(session, told)
