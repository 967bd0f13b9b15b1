"""Gives conversations out to whoever is free, brings back what nobody answers, and tells who moved up."""

from datetime import datetime, timedelta
from uuid import UUID

from app.conversations import Happening, NotNow, change_owner, lock_conversation
from app.escalation.assignment import line
from app.escalation.assignment.domain import TOLD_IN_LINE, Turn
from app.escalation.assignment.store import turns
from app.escalation.assignment.told import tell_person
from app.escalation.presence import store as presence
from app.escalation.presence.domain import ATTENTIVE, GRACE, MISSES, Presence
from app.escalation.queues.domain import Mode
from app.escalation.snooze.service import wake_due
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.logging import get_logger

log = get_logger(__name__)
MOST_AT_ONCE = 500
MOST_ROUNDS = 20


async def go_on(tools: EscalationTools) -> None:
    """After anything that may let somebody be served: gives out, then tells places. One at a time in a process."""
    state = tools.giving_out
    if state.busy:
        state.again = True
        return
    state.busy = True
    try:
        for _ in range(MOST_ROUNDS):
            state.again = False
            await give_out(tools)
            await line.tell_moved(tools, TOLD_IN_LINE)
            if not state.again:
                break
    finally:
        state.busy = False


async def give_out(tools: EscalationTools) -> int:
    """Gives every conversation whose turn it is to somebody free, until nobody is; how many."""
    for done in range(MOST_AT_ONCE):
        if not await _give_one(tools):
            return done
    return MOST_AT_ONCE


async def _give_one(tools: EscalationTools) -> bool:
    at = now()
    async with tools.database.transaction() as session:
        await turns.give_alone(session)
        turn = await turns.next_turn(session, at, at - ATTENTIVE)
        if turn is None:
            return False
        agent = await turns.choose_agent(session, turn.conversation_id, at, at - ATTENTIVE)
        if agent is None:
            return False  # who was free has meanwhile taken something, or is gone
        bulletin = tools.conversations.bulletin
        if turn.mode is Mode.OFFER:
            until = at + timedelta(seconds=turn.accept_within_s)
            await turns.offer(session, turn.conversation_id, agent[0], until)
            told = {"until": until.isoformat()}
            tell_person(session, bulletin, agent[0], "desk.offered", told, turn.conversation_id)
            return True
        await _assign(tools, session, turn, agent)
        return True


async def _assign(tools: EscalationTools, session: Session, turn: Turn, agent: tuple[UUID, str]) -> None:
    bulletin, id = tools.conversations.bulletin, turn.conversation_id
    await change_owner(session, bulletin, id, Happening.TAKEN_OVER, actor="system", reason="assigned", agent=agent)
    tell_person(session, bulletin, agent[0], "desk.assigned", {"how": "assigned"}, id)


async def sweep(tools: EscalationTools, at: datetime | None = None) -> None:
    """Every few seconds, from anywhere: who is gone, which offers lapsed, what comes back, what can go on."""
    at = at or now()
    async with tools.database.transaction() as session:
        for staff_id in await presence.send_home(session, at - GRACE, at):
            log.info("agent_gone", staff_id=str(staff_id))
    await _bring_back(tools, at)
    await wake_due(tools, at)
    async with tools.database.transaction() as session:
        lapsed = await turns.expired_offers(session, at)
    for conversation_id, staff_id in lapsed:
        await let_pass(tools, conversation_id, staff_id, missed=True, at=at)
    async with tools.database.transaction() as session:
        await turns.ask_again(session, at, at - ATTENTIVE)
    await go_on(tools)


async def _bring_back(tools: EscalationTools, at: datetime) -> None:
    async with tools.database.reading() as session:
        found = await turns.left_unanswered(session, at - GRACE)
    for conversation_id, queued_at in found:
        async with tools.database.transaction() as session:
            try:
                await change_owner(
                    session,
                    tools.conversations.bulletin,
                    conversation_id,
                    Happening.RELEASED,
                    actor="system",
                    reason="agent_gone",
                    waiting_since=queued_at,
                )
            except (NotNow, NotFound):
                continue


async def let_pass(
    tools: EscalationTools, conversation_id: UUID, staff_id: UUID, *, missed: bool, at: datetime | None = None
) -> bool:
    """Somebody does not take what was offered; who misses several in a row is on a break. False: it was not theirs."""
    at = at or now()
    async with tools.database.transaction() as session:
        await lock_conversation(session, conversation_id)
        if not await turns.refuse(session, conversation_id, staff_id):
            return False
        if missed and await presence.note_missed(session, staff_id, MISSES, at) is Presence.BREAK:
            tell_person(session, tools.conversations.bulletin, staff_id, "desk.presence", {"state": "break"})
        return True
