"""Puts a conversation aside and brings it back: by hand, or when its moment has come."""

from datetime import datetime, timedelta
from uuid import UUID

from app.accounts import Principal
from app.conversations import Happening, Lifecycle, NotNow, Owner, Thread, change_owner, lock_conversation
from app.escalation.assignment.told import tell_person
from app.escalation.desk import held, move
from app.escalation.errors import WrongState
from app.escalation.snooze import store
from app.escalation.tools import EscalationTools
from app.kernel.clock import now


async def snooze(tools: EscalationTools, conversation_id: UUID, principal: Principal, minutes: int) -> Thread:
    """Sleeps until then, or until the customer writes; it takes no room meanwhile. Again sets another moment.

    Raises NotFound, NotYours, WrongState when nobody serves it.
    """
    async with tools.database.transaction() as session:
        thread = await held(session, conversation_id, principal)
        if thread.owner is not Owner.AGENT:
            raise WrongState
        await store.put_aside(session, conversation_id, now() + timedelta(minutes=minutes))
        if thread.lifecycle is Lifecycle.SNOOZED:
            return thread
        return await move(session, tools, conversation_id, Happening.SNOOZED, principal, "snoozed")


async def wake(tools: EscalationTools, conversation_id: UUID, principal: Principal) -> Thread:
    """Goes on with it now. Raises NotFound, NotYours, WrongState."""
    async with tools.database.transaction() as session:
        await held(session, conversation_id, principal)
        return await move(session, tools, conversation_id, Happening.WOKEN, principal, "woken")


async def wake_due(tools: EscalationTools, at: datetime) -> None:
    """Brings back what slept long enough, and tells whose it is; whatever woke or ended before stays as it is."""
    async with tools.database.reading() as session:
        found = await store.due(session, at)
    for conversation_id in found:
        async with tools.database.transaction() as session:
            if not await store.forget(session, conversation_id, at):
                continue
            thread = await lock_conversation(session, conversation_id)
            if thread.lifecycle is not Lifecycle.SNOOZED or thread.agent_id is None:
                continue
            bulletin = tools.conversations.bulletin
            try:
                await change_owner(
                    session, bulletin, conversation_id, Happening.WOKEN, actor="system", reason="slept_enough"
                )
            except NotNow:
                continue
            tell_person(session, bulletin, thread.agent_id, "desk.woken", {}, conversation_id)
