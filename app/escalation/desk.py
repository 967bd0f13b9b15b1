"""What the staff does at the desk: take a conversation over, reply, hand it back, put it in line again, close it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.accounts import Permission, Principal, list_staff
from app.conversations import (
    Agent,
    Happening,
    NewEvent,
    NotNow,
    NotYours,
    Owner,
    Posted,
    Thread,
    change_owner,
    lock_conversation,
    log_events,
    post_reply,
    tell_desk,
)
from app.escalation import store
from app.escalation.domain import DeskNote, NoteKind, WrapUp
from app.escalation.errors import WrongState
from app.escalation.events import SuggestionSent
from app.escalation.mentions.store import add_mentions
from app.escalation.service import EscalationTools
from app.kernel.clock import now
from app.kernel.database import Session, after_commit
from app.kernel.ids import new_id


@dataclass(frozen=True)
class Start:
    """The suggestion a reply was made of, as it stood before it was edited."""

    text: str
    citations: tuple[dict[str, Any], ...] = ()


def actor_of(principal: Principal) -> str:
    """Who did it, as the log has it."""
    return f"{principal.kind}:{principal.id}"


async def take_over(tools: EscalationTools, conversation_id: UUID, principal: Principal) -> Thread:
    """The conversation is this person's from now on, and the bot is silent; again is the same.

    Raises NotFound, NotYours with the name of whoever was faster, WrongState when it is closed.
    """
    async with tools.database.transaction() as session:
        thread = await lock_conversation(session, conversation_id)
        if thread.owner is Owner.AGENT:
            if thread.agent_id != principal.id:
                raise NotYours(name=thread.agent_name or "")
            return thread
        return await _move(session, tools, conversation_id, Happening.TAKEN_OVER, principal, "taken_over")


async def reply(
    tools: EscalationTools,
    conversation_id: UUID,
    principal: Principal,
    client_id: str,
    text: str,
    started_from: Start | None = None,
) -> Posted:
    """Says something to the customer; `started_from` is the suggestion it was made of.

    Raises NotFound, NotYours, NotTakenOver, ClientIdReused.
    """
    agent = Agent(principal.id, principal.name)
    bulletin = tools.conversations.bulletin
    async with tools.database.transaction() as session:
        posted = await post_reply(session, bulletin, conversation_id, agent, client_id, text)
        if started_from is not None and not posted.again:
            sent = SuggestionSent(
                conversation_id, posted.message_id, started_from.text, text, principal.id, started_from.citations
            )
            await bulletin.announcer.announce(session, sent)
        return posted


async def put_back_in_line(tools: EscalationTools, conversation_id: UUID, principal: Principal) -> Thread:
    """Somebody else shall take it. Raises NotFound, NotYours, WrongState."""
    async with tools.database.transaction() as session:
        await _held(session, conversation_id, principal)
        return await _move(session, tools, conversation_id, Happening.RELEASED, principal, "put_back_in_line")


async def hand_back(tools: EscalationTools, conversation_id: UUID, principal: Principal, summary: str | None) -> Thread:
    """The bot goes on, knowing what was said; the summary is for the staff. Raises NotFound, NotYours, WrongState."""
    async with tools.database.transaction() as session:
        await _held(session, conversation_id, principal)
        thread = await _move(session, tools, conversation_id, Happening.HANDED_BACK, principal, "handed_back")
        if summary:
            await _write(session, thread, principal, NoteKind.HAND_BACK, summary)
        return thread


async def close(
    tools: EscalationTools, conversation_id: UUID, principal: Principal, outcome: WrapUp, words: str | None
) -> Thread:
    """Ends it, and asks the customer how it went where a person had spoken. Raises NotFound, NotYours, WrongState."""
    async with tools.database.transaction() as session:
        before = await _held(session, conversation_id, principal)
        thread = await _move(session, tools, conversation_id, Happening.CLOSED, principal, "closed_by_staff")
        await _write(session, thread, principal, NoteKind.WRAP_UP, words or "", outcome)
        if before.owner is Owner.AGENT:
            await log_events(session, tools.conversations.bulletin, conversation_id, [NewEvent("survey.requested", {})])
        return thread


async def add_note(
    tools: EscalationTools, conversation_id: UUID, principal: Principal, text: str, mentioned: Sequence[UUID] = ()
) -> DeskNote:
    """Writes something for the others to read, and tells those named in it; the customer never sees it.

    Raises NotFound.
    """
    bulletin = tools.conversations.bulletin
    async with tools.database.transaction() as session:
        thread = await lock_conversation(session, conversation_id)
        note = await _write(session, thread, principal, NoteKind.NOTE, text)
        known = {one.id for one in await list_staff(session)} if mentioned else set()
        named = [one for one in dict.fromkeys(mentioned) if one in known]
        await add_mentions(session, note.id, conversation_id, named)

        async def tell() -> None:
            tell_desk(bulletin, conversation_id, "note.added", {"mentioned": [str(one) for one in named]})

        after_commit(session, tell)
        return note


async def notes_of(session: Session, conversation_id: UUID) -> list[DeskNote]:
    """What the staff wrote about a conversation, in order."""
    return await store.list_notes(session, conversation_id)


async def _held(session: Session, conversation_id: UUID, principal: Principal) -> Thread:
    """The locked conversation, unless it is with somebody else and this person may not decide over others' work."""
    thread = await lock_conversation(session, conversation_id)
    foreign = thread.owner is Owner.AGENT and thread.agent_id != principal.id
    if foreign and not principal.may(Permission.DESK_SUPERVISE):
        raise NotYours(name=thread.agent_name or "")
    return thread


async def _move(
    session: Session,
    tools: EscalationTools,
    conversation_id: UUID,
    happening: Happening,
    principal: Principal,
    reason: str,
) -> Thread:
    try:
        return await change_owner(
            session,
            tools.conversations.bulletin,
            conversation_id,
            happening,
            actor=actor_of(principal),
            reason=reason,
            agent=(principal.id, principal.name) if happening is Happening.TAKEN_OVER else None,
        )
    except NotNow:
        raise WrongState from None


async def _write(
    session: Session, thread: Thread, principal: Principal, kind: NoteKind, text: str, outcome: WrapUp | None = None
) -> DeskNote:
    told = None if outcome is None else outcome.value
    note = DeskNote(new_id(), kind, text, principal.id, principal.name, thread.seq, now(), told)
    await store.add_note(session, thread.id, note)
    return note
