"""The one periodic look at all clocks: those of changed policies are reckoned anew, those due warn or breach."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.conversations import Happening, NotNow, Owner, change_owner, lock_conversation
from app.escalation.assignment.domain import EntryState
from app.escalation.assignment.giving_out import go_on
from app.escalation.assignment.store import line
from app.escalation.desk import plan_return
from app.escalation.queues.domain import Priority, turn_at
from app.escalation.queues.store import list_groups
from app.escalation.sla.domain import Clock, ClockKind, Policy, recomputed
from app.escalation.sla.service import read_levels
from app.escalation.sla.store import clocks as store
from app.escalation.sla.telling import tell
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound

AT_ONCE = 200
MOST_ROUNDS = 50
REPLIES = (ClockKind.FIRST_REPLY, ClockKind.NEXT_REPLY)


async def sweep_clocks(tools: EscalationTools, at: datetime | None = None) -> None:
    """Looks once; safe to run twice at a time, since each conversation is locked and looked at again."""
    await recompute(tools)
    at = at or now()
    async with tools.database.reading() as session:
        due = await store.due_conversations(session, at, AT_ONCE)
    for conversation_id in due:
        async with tools.database.transaction() as session:
            await _look(tools, session, conversation_id, at)
    if due:
        await go_on(tools)


async def recompute(tools: EscalationTools, most_rounds: int = MOST_ROUNDS) -> None:
    """Reckons the clocks anew whose policies or calendars changed, some at a time; what is left the next look does."""
    for _ in range(most_rounds):
        async with tools.database.reading() as session:
            stale = await store.stale_conversations(session, AT_ONCE)
        if not stale:
            return
        for conversation_id in stale:
            async with tools.database.transaction() as session:
                await _reckon_anew(tools, session, conversation_id)


async def _reckon_anew(tools: EscalationTools, session: Session, conversation_id: UUID) -> None:
    try:
        await lock_conversation(session, conversation_id)
    except NotFound:  # it went with its clocks
        return
    levels = await read_levels(session, tools.aftercare.company)
    known = await store.open_clocks(session, conversation_id)
    await store.put_clocks(session, [recomputed(one, levels) for one in known])
    tools.conversations.bulletin.desk_later(session, conversation_id)


async def _look(tools: EscalationTools, session: Session, conversation_id: UUID, at: datetime) -> None:
    """Warns and breaches what is due in one conversation."""
    try:
        await lock_conversation(session, conversation_id)
    except NotFound:
        return
    levels = await read_levels(session, tools.aftercare.company)
    by_id = {one.id: one for one in levels.policies.policies}
    # A consequence may move the other clocks, so they are read again after each.
    while clock := next((one for one in await store.open_clocks(session, conversation_id) if _is_due(one, at)), None):
        policy = by_id.get(clock.policy_id) if clock.policy_id else None
        notify = policy is not None and policy.on_breach.notify
        late = clock.due_at is not None and clock.due_at <= at
        told = await tell(tools, session, clock, breached=late, supervisors=notify)
        warned = replace(told, warned_at=clock.warned_at or at, breached_at=clock.due_at if late else None)
        await store.put_clocks(session, [warned])
        if late and policy is not None:
            await _consequences(tools, session, warned, policy)


def _is_due(clock: Clock, at: datetime) -> bool:
    """Whether there is a warning or a breach nobody was told of."""
    late = clock.due_at is not None and clock.due_at <= at
    early = clock.warned_at is None and clock.warn_at is not None and clock.warn_at <= at
    return clock.breached_at is None and (late or early)


async def _consequences(tools: EscalationTools, session: Session, clock: Clock, policy: Policy) -> None:
    """What the policy wants after a breach, as far as it is still possible."""
    act = policy.on_breach
    thread = await lock_conversation(session, clock.conversation_id)
    entry = await line.find_entry(session, clock.conversation_id)
    if entry is None:
        return
    groups = {group.id for group in await list_groups(session)} if act.move_to else set()
    group_id = act.move_to if act.move_to in groups and act.move_to is not None else entry.group_id
    raised = Priority(min(Priority.URGENT, entry.priority + 1)) if act.raise_priority else entry.priority
    if thread.owner is Owner.QUEUE and entry.state is EntryState.WAITING and entry.queued_at is not None:
        if (group_id, raised) != (entry.group_id, entry.priority):
            await line.reorder(session, clock.conversation_id, group_id, raised, turn_at(entry.queued_at, raised))
    elif thread.owner is Owner.AGENT and act.take_back and clock.kind in REPLIES:
        await plan_return(session, thread)
        declined = (*entry.declined, *((thread.agent_id,) if thread.agent_id else ()))
        await line.plan(session, clock.conversation_id, group_id, raised, entry.skill, declined)
        try:
            await change_owner(
                session,
                tools.conversations.bulletin,
                clock.conversation_id,
                Happening.RELEASED,
                actor="system",
                reason="sla_breached",
                waiting_since=entry.queued_at,
            )
        except NotNow:
            return
