"""The clocks as conversations go on: listeners to changes of hands and to customers, and what replies do to them."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.conversations import CustomerWrote, OwnerChanged, lock_conversation
from app.escalation.assignment.store import line
from app.escalation.queues.domain import DEFAULT_GROUP
from app.escalation.sla import moves
from app.escalation.sla.domain import Clock, Facts, Levels, Mode, Outcome, open_kinds, reckoned, used_time
from app.escalation.sla.service import read_levels
from app.escalation.sla.store import clocks as store
from app.escalation.sla.telling import tell
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id


async def follow_owner_clocks(tools: EscalationTools, session: Session, changed: OwnerChanged) -> None:
    """Listener: clocks start, stop and pause as a conversation changes hands, in the same transaction."""
    known = await store.open_clocks(session, changed.conversation_id)
    wanted = moves.on_owner(changed, open_kinds(known))
    if wanted.start or known:
        await _move(tools, session, changed.conversation_id, known, wanted, now())


async def follow_customer(tools: EscalationTools, session: Session, wrote: CustomerWrote) -> None:
    """Listener: the customer said something to people, so it is our turn."""
    known = await store.open_clocks(session, wrote.conversation_id)
    if known:
        await _move(tools, session, wrote.conversation_id, known, moves.on_customer(open_kinds(known)), wrote.at)


async def note_agent_reply(tools: EscalationTools, session: Session, conversation_id: UUID) -> None:
    """A person replied, in the same transaction."""
    known = await store.open_clocks(session, conversation_id)
    if known:
        await _move(tools, session, conversation_id, known, moves.on_reply(), now())


async def _move(
    tools: EscalationTools,
    session: Session,
    conversation_id: UUID,
    known: list[Clock],
    wanted: moves.Moves,
    at: datetime,
) -> None:
    levels = await read_levels(session, tools.aftercare.company)
    facts = await facts_of(session, conversation_id)
    changed: list[Clock] = []
    for clock in known:
        outcome = wanted.end.get(clock.kind)
        if outcome is not None:
            changed.append(await _end(tools, session, clock, outcome, levels, at))
            continue
        turned = clock.turned(wanted.mode, at) if wanted.mode else clock
        changed.append(reckoned(replace(turned, facts=facts), levels))
    going_on = open_kinds(one for one in changed if one.ended_at is None)
    for kind in wanted.start:
        if kind not in going_on:
            fresh = Clock(new_id(), conversation_id, kind, ((at, Mode.OURS),), facts)
            changed.append(reckoned(fresh, levels))
    await store.put_clocks(session, changed)


async def _end(
    tools: EscalationTools, session: Session, clock: Clock, outcome: Outcome, levels: Levels, at: datetime
) -> Clock:
    """Stops a clock; a breach the sweep has not seen yet is told and counted now."""
    policy = levels.policy_for(clock.facts)
    used = used_time(clock, policy, levels.calendar_of(policy), at)
    ended = replace(clock.ended(outcome, at), used_s=round(used.total_seconds()))
    if ended.outcome is Outcome.BREACHED and ended.breached_at is None:
        told = await tell(tools, session, ended, breached=True)
        return replace(told, breached_at=ended.due_at)
    return ended


async def facts_of(session: Session, conversation_id: UUID) -> Facts:
    """What policies look at, as it is now."""
    entry = await line.find_entry(session, conversation_id)
    thread = await lock_conversation(session, conversation_id)
    if entry is None:
        return Facts(DEFAULT_GROUP, tier=thread.reader.tier)
    return Facts(entry.group_id, entry.priority, thread.reader.tier)
