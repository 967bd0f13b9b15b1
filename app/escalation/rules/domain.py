"""The words of escalation rules, and whether one applies to what was said so far; no database, no clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.escalation.queues.domain import Priority

EXPLICIT = UUID("00000000-0000-7000-8000-0000000000e0")


class Kind(StrEnum):
    """What a rule looks at."""

    EXPLICIT = "explicit"
    SENSITIVE = "sensitive"
    DATA = "data"
    UNGROUNDED = "ungrounded"
    REPEATED = "repeated"
    DOWN_VOTE = "down_vote"
    SENTIMENT = "sentiment"
    TOOL_FAILURE = "tool_failure"
    FAILURE = "failure"
    VIP = "vip"
    TURNS = "turns"


class Action(StrEnum):
    """What a rule does: puts the conversation in line, or shows it to the staff while the bot goes on."""

    QUEUE = "queue"
    ATTENTION = "attention"


@dataclass(frozen=True)
class Rule:
    """One rule. `count` is its threshold; `words` its topics, or the tiers of VIPs."""

    id: UUID
    kind: Kind
    name: str
    enabled: bool = True
    count: int = 1
    words: tuple[str, ...] = ()
    action: Action = Action.QUEUE
    priority: Priority = Priority.NORMAL
    group_id: UUID | None = None


@dataclass(frozen=True)
class RuleSet:
    """All rules in their order; version 0 are those nobody has changed."""

    version: int
    rules: tuple[Rule, ...]
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Turn:
    """One question to the bot and what became of it."""

    question: str
    outcome: str = ""
    negative: bool = False
    tool_failed: bool = False
    voted_down: bool = False


@dataclass(frozen=True)
class Hit:
    """A rule that applies, and what it found."""

    rule: Rule
    value: str


MOOD_OF = 3  # of how many last questions the sentiment counts
SAME = 0.6  # how much two questions share to be the same one again
NEGATIVE = re.compile(
    r"气死|垃圾|骗子|欺骗|忽悠|受够|太差|恶心|投诉|坑人|离谱|什么玩意|烦死|无语|差劲|第[二三四五2345]遍|废话|"
    r"\b(?:terrible|awful|useless|ridiculous|scam|angry|furious|worst|unacceptable|fed up|waste of time)\b",
    re.I,
)
CARD = re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")


def _is_card(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def has_private_data(text: str) -> str | None:
    """Which kind of number somebody typed that a chat should not hold: an identity or a card number."""
    if IDENTITY.search(text):
        return "identity"
    found = (re.sub(r"[ -]", "", match[0]) for match in CARD.finditer(text))
    return "card" if any(13 <= len(one) <= 19 and _is_card(one) for one in found) else None


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"\W+", "", text.lower())
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or {plain}


def is_same(one: str, other: str) -> bool:
    """Whether two questions are one question asked again, by the pairs of characters they share."""
    first, second = _pairs(one), _pairs(other)
    return len(first & second) / max(1, len(first | second)) >= SAME


def sounds_negative(text: str) -> bool:
    """Whether a question is put in anger, as far as single words tell."""
    return NEGATIVE.search(text) is not None


def find_hit(rules: Sequence[Rule], turns: Sequence[Turn], tier: str | None) -> Hit | None:
    """The first rule, in order, that applies to what was said so far; it acts, the others do not."""
    if not turns:
        return None
    for rule in rules:
        value = _value(rule, turns, tier) if rule.enabled or rule.kind is Kind.EXPLICIT else None
        if value is not None:
            return Hit(rule, value)
    return None


def _value(rule: Rule, turns: Sequence[Turn], tier: str | None) -> str | None:
    last = turns[-1]
    match rule.kind:
        case Kind.EXPLICIT:
            return "1" if last.outcome == "handed_off" else None
        case Kind.SENSITIVE:
            return next((word for word in rule.words if word.lower() in last.question.lower()), None)
        case Kind.DATA:
            return has_private_data(last.question)
        case Kind.VIP:
            return tier if tier is not None and tier in rule.words else None
        case Kind.TOOL_FAILURE:
            return "1" if last.tool_failed else None
        case Kind.FAILURE:
            return "1" if last.outcome == "failed" else None
    counted = _count(rule, turns)
    return str(counted) if counted >= rule.count else None


def _count(rule: Rule, turns: Sequence[Turn]) -> int:
    last = turns[-1]
    match rule.kind:
        case Kind.UNGROUNDED:
            row = 0
            for turn in reversed(turns):
                if turn.outcome not in ("refused", "failed"):
                    break
                row += 1
            return row
        case Kind.REPEATED:
            return sum(is_same(last.question, turn.question) for turn in turns)
        case Kind.DOWN_VOTE:
            return sum(turn.voted_down for turn in turns)
        case Kind.SENTIMENT:
            return sum(turn.negative or sounds_negative(turn.question) for turn in turns[-MOOD_OF:])
    return len(turns)


def default_rules() -> tuple[Rule, ...]:
    """What holds before anybody changes anything: careful, and shown rather than handed over where it may be wrong."""
    topics = (
        "我要投诉",
        "要起诉",
        "律师",
        "消协",
        "12315",
        "工商局",
        "曝光你",
        "受伤",
        "起火",
        "爆炸",
        "my lawyer",
        "injured",
        "caught fire",
    )
    made = (
        Rule(EXPLICIT, Kind.EXPLICIT, "explicit", priority=Priority.NORMAL),
        Rule(_id(1), Kind.SENSITIVE, "sensitive", words=tuple(topics), priority=Priority.HIGH),
        Rule(_id(2), Kind.FAILURE, "failure", action=Action.ATTENTION),
        Rule(_id(3), Kind.TOOL_FAILURE, "tool_failure", action=Action.ATTENTION),
        Rule(_id(4), Kind.UNGROUNDED, "ungrounded", count=2, action=Action.ATTENTION),
        Rule(_id(5), Kind.REPEATED, "repeated", count=3, action=Action.ATTENTION),
        Rule(_id(6), Kind.DOWN_VOTE, "down_vote", count=1, action=Action.ATTENTION),
        Rule(_id(7), Kind.SENTIMENT, "sentiment", count=2, action=Action.ATTENTION),
        Rule(_id(8), Kind.DATA, "data", action=Action.ATTENTION),
        Rule(_id(9), Kind.VIP, "vip", enabled=False, priority=Priority.HIGH),
        Rule(_id(10), Kind.TURNS, "turns", enabled=False, count=12, action=Action.ATTENTION),
    )
    return made


def _id(number: int) -> UUID:
    return UUID(int=EXPLICIT.int + number)
