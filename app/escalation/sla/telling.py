"""How warnings and breaches are told: an event of the conversation with its reason, and a word to whom it concerns."""

from dataclasses import replace

from app.accounts import Permission, list_staff, may
from app.conversations import SLA_BREACHED, SLA_WARNED, NewEvent, lock_conversation, log_events
from app.escalation.assignment.told import tell_person
from app.escalation.sla.domain import Clock
from app.escalation.tools import EscalationTools
from app.kernel.clock import iso
from app.kernel.database import Session


async def tell(
    tools: EscalationTools, session: Session, clock: Clock, *, breached: bool, supervisors: bool = False
) -> Clock:
    """Writes the event, tells whoever has the conversation and, if wanted, those who supervise; the clock marked."""
    bulletin = tools.conversations.bulletin
    data = {
        "kind": clock.kind.value,
        "policy": clock.policy_name,
        "target_s": clock.target_s,
        "due_at": iso(clock.due_at) if clock.due_at else None,
    }
    name = SLA_BREACHED if breached else SLA_WARNED
    reason = f"{clock.kind.value} {clock.policy_name}".strip()
    logged = await log_events(session, bulletin, clock.conversation_id, [NewEvent(name, data, reason=reason)])
    bulletin.desk_later(session, clock.conversation_id)
    thread = await lock_conversation(session, clock.conversation_id)
    concerned = {thread.agent_id} if thread.agent_id else set()
    if supervisors:
        staff = await list_staff(session)
        concerned |= {one.id for one in staff if may(one.role, Permission.DESK_SUPERVISE) and not one.disabled}
    heard = "desk.sla_breached" if breached else "desk.sla_warned"
    for staff_id in concerned:
        tell_person(session, bulletin, staff_id, heard, {"kind": clock.kind.value}, clock.conversation_id)
    return replace(clock, marks=(*clock.marks, logged[-1].seq))
