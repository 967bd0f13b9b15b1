"""Rules at work: judge a conversation after each answer and vote, change the rules, replay them on what has been."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from app.accounts import Principal, record_audit
from app.answering.versions import Versions, raise_version
from app.conversations import AnswerFinished, FirstTurn, Happening, Lifecycle, Owner, change_owner, lock_conversation
from app.escalation.assignment.store import line
from app.escalation.queues.domain import Priority, choose_group
from app.escalation.queues.store import list_groups
from app.escalation.rules import store
from app.escalation.rules.domain import EXPLICIT, Action, Hit, Kind, Rule, RuleSet, Turn, default_rules, find_hit
from app.escalation.rules.errors import ExplicitStays, RulesChanged, UnknownQueue
from app.escalation.tools import EscalationTools
from app.kernel.clock import now
from app.kernel.database import Database, Session

KIND = "rules"
MOST_PAST = 2_000
MOST_EXAMPLES = 20
TOO_MUCH = 0.5  # a rule that takes more than this share of all conversations is warned about


@dataclass(frozen=True)
class Example:
    """A conversation that would have gone another way; `rule_id` is what would have brought it to people."""

    conversation_id: UUID
    question: str
    rule_id: UUID | None
    reason: str | None


@dataclass(frozen=True)
class Replay:
    """What other rules would have changed in what has been."""

    conversations: int
    did: int
    would: int
    newly: int
    no_longer: int
    by_rule: dict[UUID, int]
    newly_examples: tuple[Example, ...]
    no_longer_examples: tuple[Example, ...]

    def too_much(self) -> list[UUID]:
        """The rules that take most of all conversations."""
        return [id for id, n in self.by_rule.items() if id != EXPLICIT and n > TOO_MUCH * max(1, self.conversations)]


async def load_rules(database: Database) -> RuleSet:
    """The rules in force."""
    async with database.reading() as session:
        return await _newest(session)


async def _newest(session: Session) -> RuleSet:
    row = await store.newest(session)
    if row is None:
        return RuleSet(0, default_rules())
    return RuleSet(row.version, tuple(_rule(one) for one in row.rules), row.changed_by, row.changed_at)


def _rule(kept: dict[str, Any]) -> Rule:
    return Rule(
        id=UUID(kept["id"]),
        kind=Kind(kept["kind"]),
        name=kept["name"],
        enabled=kept["enabled"],
        count=kept["count"],
        words=tuple(kept["words"]),
        action=Action(kept["action"]),
        priority=Priority(kept["priority"]),
        group_id=UUID(kept["group_id"]) if kept["group_id"] else None,
    )


async def put_rules(
    tools: EscalationTools, versions: Versions, rules: Sequence[Rule], version: int, actor: Principal
) -> RuleSet:
    """These rules hold from now on, made from a version. Raises RulesChanged, ExplicitStays, UnknownQueue."""
    first = rules[0] if rules else None
    if first is None or first.kind is not Kind.EXPLICIT or not first.enabled or first.action is not Action.QUEUE:
        raise ExplicitStays
    async with tools.database.transaction() as session:
        before = await _newest(session)
        known = {group.id for group in await list_groups(session)}
        if any(rule.group_id is not None and rule.group_id not in known for rule in rules):
            raise UnknownQueue
        kept = store.as_rows([asdict(rule) for rule in rules])
        taken = before.version == version and await store.add_version(session, version + 1, kept, actor.name, now())
        if not taken:
            raise RulesChanged(extra={"version": before.version}, name=before.changed_by)
        await raise_version(session, KIND)
        await record_audit(session, actor, "escalation.rules", str(version + 1), rules=kept)
        made = await _newest(session)
    versions.forget()
    return made


class About(Protocol):
    """A fact about one conversation."""

    @property
    def conversation_id(self) -> UUID:
        """Which one."""
        ...


async def judge_vote(tools: EscalationTools, fact: About) -> None:
    """Listener: once a vote is stored, the rules look at its conversation."""
    await judge(tools, fact.conversation_id)


async def judge_answer(tools: EscalationTools, fact: AnswerFinished) -> None:
    """Listener: once an answer is stored, the rules look at its conversation.

    Of a conversation's first turn everything they look at is known already; it is read only where one applies.
    """
    if fact.first is not None:
        in_force = await tools.rules.get()
        if find_hit(in_force.rules, [_only_turn(fact.first, fact.outcome)], fact.first.tier) is None:
            return
    await judge(tools, fact.conversation_id)


def _only_turn(first: FirstTurn, outcome: str) -> Turn:
    return Turn(first.question, outcome, first.mood == "negative", first.failure == "tool_failed")


async def judge(tools: EscalationTools, conversation_id: UUID) -> Hit | None:
    """Lets the first rule that applies act; again changes nothing more."""
    in_force = await tools.rules.get()
    async with tools.database.reading() as session:
        standing = await store.standing(session, conversation_id)
        if standing is None or standing.owner != Owner.BOT.value:
            return None
        turns = await _turns(tools, session, standing.said)
    hit = find_hit(in_force.rules, turns, standing.tier)
    if hit is None or hit.rule.kind is Kind.EXPLICIT:  # the bot itself hands over whoever asks for a person
        return None
    return hit if await _act(tools, conversation_id, hit, in_force.version) else None


async def _turns(tools: EscalationTools, session: Session, said: Sequence[store.Said]) -> list[Turn]:
    ratings = await tools.conversations.ratings(session, [one.answer_id for one in said]) if said else {}
    found = []
    for one in said:
        rating = ratings.get(one.answer_id)
        failed = one.failure == "tool_failed"
        down = rating is not None and rating.rating == "down"
        found.append(Turn(one.question, one.outcome, one.mood == "negative", failed, down))
    return found


async def _act(tools: EscalationTools, conversation_id: UUID, hit: Hit, version: int) -> bool:
    rule, at, reason = hit.rule, now(), f"rule_{hit.rule.kind.value}"
    bulletin = tools.conversations.bulletin
    async with tools.database.transaction() as session:
        thread = await lock_conversation(session, conversation_id)
        if thread.owner is not Owner.BOT or thread.lifecycle is not Lifecycle.OPEN:
            return False
        if rule.action is Action.ATTENTION:
            if not await store.notice(session, conversation_id, reason, at):
                return False
            bulletin.desk_later(session, conversation_id)
        else:
            group_id = rule.group_id
            if group_id is None:
                groups, reader = await list_groups(session), thread.reader
                group_id = choose_group(groups, thread.locale, reader.channel, reader.tier).id
            await line.plan(session, conversation_id, group_id, rule.priority, None)
            actor = f"rule:{rule.id}"
            await change_owner(session, bulletin, conversation_id, Happening.ESCALATED, actor=actor, reason=reason)
        await store.note_hit(session, conversation_id, hit, version, at)
        return True


async def replay(tools: EscalationTools, rules: Sequence[Rule], days: int) -> Replay:
    """What these rules would have done in the conversations of the last days; nothing is changed."""
    queueing = [rule for rule in rules if rule.action is Action.QUEUE]
    async with tools.database.reading() as session:
        past = await store.past(session, now() - timedelta(days=days), MOST_PAST)
        said = await store.said_in(session, [one.id for one in past])
        by_id = {id: list(some) for id, some in groupby(said, key=lambda one: one.conversation_id)}
        turns = {id: await _turns(tools, session, some) for id, some in by_id.items()}
    by_rule: dict[UUID, int] = {rule.id: 0 for rule in queueing}
    newly: list[Example] = []
    no_longer: list[Example] = []
    did = would = 0
    for one in past:
        answers = by_id.get(one.id, [])
        part = [n for n, answer in enumerate(answers) if one.until is None or answer.seq <= one.until]
        hit = _first_hit(queueing, turns.get(one.id, [])[: len(part)], one.tier)
        asked = hit is None and one.escalated and one.reason == "customer_asked"  # by the button: nothing stops that
        question = answers[0].question[:200] if answers else ""
        did += one.escalated
        would += hit is not None or asked
        if hit is not None:
            by_rule[hit.rule.id] += 1
            if not one.escalated:
                newly.append(Example(one.id, question, hit.rule.id, None))
        elif one.escalated and not asked:
            no_longer.append(Example(one.id, question, None, one.reason))
    return Replay(
        len(past),
        did,
        would,
        len(newly),
        len(no_longer),
        by_rule,
        tuple(newly[:MOST_EXAMPLES]),
        tuple(no_longer[:MOST_EXAMPLES]),
    )


def _first_hit(rules: Sequence[Rule], turns: Sequence[Turn], tier: str | None) -> Hit | None:
    """The first rule that would have acted, as answer came after answer."""
    found = (find_hit(rules, turns[:n], tier) for n in range(1, len(turns) + 1))
    return next((hit for hit in found if hit is not None), None)
