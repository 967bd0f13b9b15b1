"""What aftercare can do: tell and change the rules, ask customers afterwards, take messages, lead people back."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.accounts import Company, Principal, record_audit
from app.conversations import (
    ConversationTools,
    Happening,
    Lifecycle,
    NewEvent,
    Openings,
    Owner,
    OwnerChanged,
    ask_for_person,
    change_owner,
    lock_conversation,
    log_events,
    post_message,
    renew_token,
    transcript,
)
from app.escalation.aftercare import store
from app.escalation.aftercare.domain import Asked, LeftMessage, Part, Rules, openings, parts_to_judge, replied_by
from app.escalation.aftercare.errors import ReturnLinkOver, RulesChanged
from app.escalation.calendars.service import default_calendar
from app.kernel.clock import now
from app.kernel.database import Database, Session
from app.kernel.ids import new_id, new_token, token_digest
from app.kernel.limits import Allowance
from app.kernel.texts import text

RETURNS = Allowance("returns", per_minute=20)  # by address: whoever guesses is slow
RETURN_DAYS = CONTACT_DAYS = 30
LEFT_A_MESSAGE = "left_message"


@dataclass(frozen=True)
class Aftercare:
    """The rules in force, read where they are needed; before anybody set any, those of the company file hold."""

    database: Database
    company: Company

    async def rules(self, session: Session) -> Rules:
        """The rules in force."""
        row = await store.newest_rules(session)
        if row is None:
            categories = tuple(text("service.categories", "zh-CN").split("、"))
            return Rules(self.company.hours.reply_by, categories)
        kept: dict[str, Any] = dict(row.rules)
        categories = tuple(kept.pop("categories"))
        return Rules(categories=categories, **kept, version=row.version, changed_by=row.changed_by)

    async def openings(self) -> Openings:
        """When people are there, for the pages of customers."""
        async with self.database.reading() as session:
            calendar = await default_calendar(session, self.company)
            return openings(calendar, (await self.rules(session)).reply_by, now())

    async def reopen_days(self, session: Session) -> int:
        """For how many days a customer may go on in an ended conversation."""
        return (await self.rules(session)).reopen_days


async def change_rules(aftercare: Aftercare, rules: Rules, actor: Principal) -> Rules:
    """Other rules from now on; `rules.version` is the one seen. Raises RulesChanged."""
    kept = {**asdict(rules), "categories": list(rules.categories)}
    del kept["version"], kept["changed_by"]
    async with aftercare.database.transaction() as session:
        known = await aftercare.rules(session)
        fresh = known.version == rules.version
        if not fresh or not await store.add_rules(session, rules.version + 1, kept, actor.name):
            raise RulesChanged(name=known.changed_by)
        await record_audit(session, actor, "service_rules.changed", str(rules.version + 1), **kept)
        return await aftercare.rules(session)


async def ask_afterwards(
    session: Session,
    aftercare: Aftercare,
    tools: ConversationTools,
    conversation_id: UUID,
    agent: tuple[UUID, str] | None,
) -> None:
    """Asks the customer of an ended conversation how it went, where the rules say so; `agent` is who ended it."""
    rules = await aftercare.rules(session)
    parts = parts_to_judge(await transcript(session, conversation_id), rules)
    if not parts:
        return
    within = timedelta(days=rules.ask_again_days)
    if within and await store.asked_elsewhere(session, conversation_id, within):
        return
    agent_id, agent_name = agent or (None, None)
    await store.put_ask(session, Asked(conversation_id, parts, agent_id, agent_name))
    told = NewEvent("survey.requested", {"parts": [part.value for part in parts]})
    await log_events(session, tools.bulletin, conversation_id, [told])


async def judged_part(session: Session, conversation_id: UUID, wanted: Part | None) -> Part:
    """Whose part a verdict is about when it does not say: the first that was asked for, else whoever spoke."""
    if wanted is not None:
        return wanted
    asked = await store.find_ask(session, conversation_id)
    if asked is not None and asked.parts:
        return Part(asked.parts[0])
    said = await transcript(session, conversation_id)
    return Part.AGENT if any(one.role == "agent" for one in said) else Part.BOT


@dataclass(frozen=True)
class Taken:
    """A message that was taken: who has `return_code` comes back to the conversation from anywhere."""

    left: LeftMessage
    return_code: str


async def leave_message(
    aftercare: Aftercare,
    tools: ConversationTools,
    conversation_id: UUID,
    token: str,
    name: str | None,
    contact: str,
    words: str,
) -> Taken:
    """Keeps a message for whoever comes next, first in line by its age. Raises NotFound, TooManyRequests."""
    owner = await ask_for_person(tools, conversation_id, token, LEFT_A_MESSAGE)
    await post_message(tools, conversation_id, token, f"left-{new_id()}", words)
    at, code = now(), new_token()
    async with tools.database.transaction() as session:
        calendar, rules = await default_calendar(session, aftercare.company), await aftercare.rules(session)
        promised = None if owner is Owner.AGENT else replied_by(calendar, rules.reply_by, at)
        left = LeftMessage(conversation_id, name, contact, words, promised, at)
        thread = await lock_conversation(session, conversation_id)
        if thread.owner is Owner.QUEUE and thread.lifecycle is Lifecycle.OPEN:  # nobody need expect them at the screen
            await change_owner(
                session, tools.bulletin, conversation_id, Happening.SNOOZED, actor="customer", reason=LEFT_A_MESSAGE
            )
        await store.put_message(session, left, token_digest(code))
        await store.forget_contacts(session, at - timedelta(days=CONTACT_DAYS))
    return Taken(left, code)


async def come_back(tools: ConversationTools, code: str) -> tuple[UUID, str]:
    """The conversation a way back leads to, with a new token for it; the old one is over. Raises ReturnLinkOver."""
    async with tools.database.transaction() as session:
        found = await store.find_return(session, token_digest(code), now() - timedelta(days=RETURN_DAYS))
        if found is None:
            raise ReturnLinkOver
        return found, await renew_token(session, found)


async def note_answered(session: Session, changed: OwnerChanged) -> None:
    """Listener: a left message counts as taken care of once its conversation is handed back or ended."""
    if changed.before is Owner.AGENT and changed.owner is not Owner.AGENT:
        await store.mark_answered(session, changed.conversation_id)
