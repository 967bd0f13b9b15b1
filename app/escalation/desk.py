"""What the staff does at the desk: take a conversation over, reply, hand it back, put it in line again, close it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts import Permission, Principal, list_staff
from app.conversations import (
    Agent,
    Happening,
    NotNow,
    NotYours,
    Owner,
    Posted,
    Thread,
    change_owner,
    lock_conversation,
    post_reply,
    tell_desk,
)
from app.escalation import store
from app.escalation.aftercare.service import ask_afterwards
from app.escalation.assignment.domain import EntryState
from app.escalation.assignment.line import old_place
from app.escalation.assignment.store import line
from app.escalation.domain import DeskNote, NoteKind, WrapUp
from app.escalation.errors import WrongState
from app.escalation.events import SuggestionSent
from app.escalation.mentions.store import add_mentions
from app.escalation.queues.service import visible
from app.escalation.sla.clocks import note_agent_reply
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.database import Session, after_commit
from app.kernel.errors import NotFound
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
        await seen(session, principal, conversation_id)
        thread = await lock_conversation(session, conversation_id)
        if thread.owner is Owner.AGENT:
            if thread.agent_id != principal.id:
                raise NotYours(name=thread.agent_name or "")
            return thread
        agent = (principal.id, principal.name)
        return await move(session, tools, conversation_id, Happening.TAKEN_OVER, principal, "taken_over", agent)


async def reply(
    tools: EscalationTools,
    conversation_id: UUID,
    principal: Principal,
    client_id: str,
    text: str,
    started_from: Start | None = None,
    attachments: Sequence[UUID] = (),
) -> Posted:
    """Says something to the customer; `started_from` is the suggestion it was made of.

    Raises NotFound, NotYours, NotTakenOver, ClientIdReused, AttachmentGone.
    """
    agent = Agent(principal.id, principal.name)
    bulletin = tools.conversations.bulletin
    async with tools.database.transaction() as session:
        await seen(session, principal, conversation_id)
        posted = await post_reply(session, bulletin, conversation_id, agent, client_id, text, attachments)
        if not posted.again:
            await line.note_reply(session, conversation_id, now())
            await note_agent_reply(tools, session, conversation_id)
        if started_from is not None and not posted.again:
            sent = SuggestionSent(
                conversation_id, posted.message_id, started_from.text, text, principal.id, started_from.citations
            )
            await bulletin.announcer.announce(session, sent)
        return posted


async def put_back_in_line(tools: EscalationTools, conversation_id: UUID, principal: Principal) -> Thread:
    """Somebody else shall take it. Raises NotFound, NotYours, WrongState."""
    async with tools.database.transaction() as session:
        thread = await held(session, conversation_id, principal)
        await plan_return(session, thread)
        since = await old_place(session, conversation_id)
        reason = "put_back_in_line"
        return await move(session, tools, conversation_id, Happening.RELEASED, principal, reason, waiting_since=since)


async def hand_back(tools: EscalationTools, conversation_id: UUID, principal: Principal, summary: str | None) -> Thread:
    """The bot goes on, knowing what was said; the summary is for the staff. Raises NotFound, NotYours, WrongState."""
    async with tools.database.transaction() as session:
        await held(session, conversation_id, principal)
        thread = await move(session, tools, conversation_id, Happening.HANDED_BACK, principal, "handed_back")
        if summary:
            await add_note_to(session, thread, principal, NoteKind.HAND_BACK, summary)
        return thread


async def close(
    tools: EscalationTools,
    conversation_id: UUID,
    principal: Principal,
    outcome: WrapUp,
    words: str | None,
    category: str | None = None,
) -> Thread:
    """Ends it, and asks the customer how it went, as the rules have it. Raises NotFound, NotYours, WrongState."""
    async with tools.database.transaction() as session:
        before = await held(session, conversation_id, principal)
        thread = await move(session, tools, conversation_id, Happening.CLOSED, principal, "closed_by_staff")
        await add_note_to(session, thread, principal, NoteKind.WRAP_UP, words or "", outcome, category=category)
        served = (before.agent_id, before.agent_name or "") if before.agent_id else None
        await ask_afterwards(session, tools.aftercare, tools.conversations, conversation_id, served)
        return thread


async def add_note(
    tools: EscalationTools, conversation_id: UUID, principal: Principal, text: str, mentioned: Sequence[UUID] = ()
) -> DeskNote:
    """Writes something for the others to read, and tells those named in it; the customer never sees it.

    Raises NotFound.
    """
    bulletin = tools.conversations.bulletin
    async with tools.database.transaction() as session:
        await seen(session, principal, conversation_id)
        thread = await lock_conversation(session, conversation_id)
        note = await add_note_to(session, thread, principal, NoteKind.NOTE, text)
        known = {one.id for one in await list_staff(session)} if mentioned else set()
        named = [one for one in dict.fromkeys(mentioned) if one in known]
        await add_mentions(session, note.id, conversation_id, named)

        async def tell() -> None:
            tell_desk(bulletin, conversation_id, "note.added", {"mentioned": [str(one) for one in named]})

        after_commit(session, tell)
        return note


async def notes_of(session: Session, conversation_id: UUID, principal: Principal) -> list[DeskNote]:
    """What the staff wrote about a conversation, in order; a whisper is read by those it is between."""
    all_of_them = principal.may(Permission.DESK_SUPERVISE)
    return [
        note
        for note in await store.list_notes(session, conversation_id)
        if note.kind is not NoteKind.WHISPER or all_of_them or principal.id in (note.author_id, note.to_id)
    ]


async def seen(session: Session, principal: Principal, conversation_id: UUID) -> None:
    """Raises NotFound when the conversation belongs to a group this person is not in."""
    if not await visible(session, principal, [conversation_id]):
        raise NotFound


async def held(session: Session, conversation_id: UUID, principal: Principal) -> Thread:
    """The locked conversation, unless it is with somebody else and this person may not decide over others' work.

    Raises NotFound, NotYours.
    """
    await seen(session, principal, conversation_id)
    thread = await lock_conversation(session, conversation_id)
    foreign = thread.owner is Owner.AGENT and thread.agent_id != principal.id
    if foreign and not principal.may(Permission.DESK_SUPERVISE):
        raise NotYours(name=thread.agent_name or "")
    return thread


async def plan_return(session: Session, thread: Thread) -> None:
    """Whoever puts a conversation back is not given it again."""
    entry = await line.find_entry(session, thread.id)
    if entry is not None and thread.agent_id is not None and entry.state is EntryState.SERVED:
        declined = tuple(dict.fromkeys((*entry.declined, thread.agent_id)))
        await line.note_declined(session, thread.id, declined)


async def move(
    session: Session,
    tools: EscalationTools,
    conversation_id: UUID,
    happening: Happening,
    principal: Principal,
    reason: str,
    agent: tuple[UUID, str] | None = None,
    waiting_since: datetime | None = None,
) -> Thread:
    """One transition by somebody of the staff. Raises NotFound, WrongState."""
    try:
        return await change_owner(
            session,
            tools.conversations.bulletin,
            conversation_id,
            happening,
            actor=actor_of(principal),
            reason=reason,
            agent=agent,
            waiting_since=waiting_since,
        )
    except NotNow:
        raise WrongState from None


async def add_note_to(
    session: Session,
    thread: Thread,
    principal: Principal,
    kind: NoteKind,
    text: str,
    outcome: WrapUp | None = None,
    to_id: UUID | None = None,
    category: str | None = None,
) -> DeskNote:
    """Keeps what somebody of the staff wrote, behind the last event of the conversation."""
    told = None if outcome is None else outcome.value
    at = now()
    note = DeskNote(new_id(), kind, text, principal.id, principal.name, thread.seq, at, told, to_id, category)
    await store.add_note(session, thread.id, note)
    return note
