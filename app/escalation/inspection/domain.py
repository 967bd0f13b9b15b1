"""The words of inspection: the form with its criteria, what is sampled, marks, and how they make a score."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Part(StrEnum):
    """Whose part of a conversation is looked at."""

    AGENT = "agent"
    BOT = "bot"


class Check(StrEnum):
    """What the rules can say of a criterion before anybody looks."""

    GREETING = "greeting"
    FORBIDDEN = "forbidden"
    REPLY_TIME = "reply_time"
    UNANSWERED = "unanswered"
    GROUNDED = "grounded"


class Mark(StrEnum):
    """What an inspector says of one criterion."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    SKIP = "skip"


class Why(StrEnum):
    """What brought a conversation to inspection."""

    SAMPLE = "sample"
    DOWN_VOTED = "down_voted"
    LONG_WAIT = "long_wait"
    REOPENED = "reopened"
    SLA_BREACH = "sla_breach"
    LISTED_WORDS = "listed_words"
    BY_HAND = "by_hand"


class State(StrEnum):
    """Open: to be scored. An appeal waits for its answer; settled is the end of it."""

    OPEN = "open"
    SCORED = "scored"
    APPEALED = "appealed"
    SETTLED = "settled"


WORTH = {Mark.YES: 1.0, Mark.PARTLY: 0.5, Mark.NO: 0.0}


@dataclass(frozen=True)
class Criterion:
    """One line of the form. fatal: a "no" makes the whole score 0. parts: for whom it counts."""

    key: str
    name: str
    weight: int
    fatal: bool = False
    check: Check | None = None
    parts: tuple[Part, ...] = (Part.AGENT, Part.BOT)


@dataclass(frozen=True)
class Plan:
    """What is sampled. Shares are percent; those of a person, then of a queue, come before the general one."""

    seed: str = "kefu"
    share_agent: int = 10
    share_bot: int = 5
    by_queue: Mapping[UUID, int] = field(default_factory=dict)
    by_agent: Mapping[UUID, int] = field(default_factory=dict)
    rules: tuple[Why, ...] = (Why.DOWN_VOTED, Why.REOPENED, Why.SLA_BREACH)
    long_wait_s: int = 600
    words: tuple[str, ...] = ()
    greetings: tuple[str, ...] = ("您好", "你好", "hello", "hi ", "good morning", "good afternoon")
    forbidden: tuple[str, ...] = ("不知道", "不归我管", "自己看", "not my job", "calm down")
    reply_within_s: int = 180

    def share(self, part: Part, group_id: UUID | None, agent_id: UUID | None) -> int:
        """The percent of such conversations that is looked at."""
        if part is Part.BOT:
            return self.share_bot
        if agent_id is not None and agent_id in self.by_agent:
            return self.by_agent[agent_id]
        return self.by_queue.get(group_id, self.share_agent) if group_id else self.share_agent

    def takes(self, conversation_id: UUID, part: Part, percent: int) -> bool:
        """Whether the seed chooses a conversation: always the same for the same seed."""
        digest = hashlib.sha256(f"{self.seed}:{conversation_id}:{part}".encode()).digest()
        return int.from_bytes(digest[:4]) % 10_000 < percent * 100


@dataclass(frozen=True)
class Form:
    """One version of the form and of the plan."""

    version: int
    criteria: tuple[Criterion, ...]
    plan: Plan = Plan()
    changed_by: str = ""

    def of(self, part: Part) -> tuple[Criterion, ...]:
        """The criteria that count for a part."""
        return tuple(one for one in self.criteria if part in one.parts)


@dataclass(frozen=True)
class Finding:
    """What a rule or the judge proposes for a criterion, and why."""

    key: str
    mark: Mark
    reason: str
    by: str = "rules"


@dataclass(frozen=True)
class Inspection:
    """One part of a conversation under inspection. `score` 0 to 100; None while nobody scored it."""

    id: UUID
    conversation_id: UUID
    part: Part
    agent_id: UUID | None
    agent_name: str
    group_id: UUID | None
    form_version: int
    why: tuple[Why, ...]
    state: State
    findings: tuple[Finding, ...]
    marks: Mapping[str, Mark]
    score: float | None
    fatal: bool
    note: str
    inspector_id: UUID | None
    inspector_name: str
    recheck: dict[str, Any] | None
    appeal: dict[str, Any] | None
    revision: int
    created_at: datetime
    scored_at: datetime | None


def score_of(criteria: tuple[Criterion, ...], marks: Mapping[str, Mark]) -> tuple[float | None, bool]:
    """The score, and whether a fatal line failed; None when every line was skipped."""
    counted = [(one.weight, WORTH[marks[one.key]]) for one in criteria if marks.get(one.key) in WORTH]
    fatal = any(one.fatal and marks.get(one.key) is Mark.NO for one in criteria)
    weight = sum(weight for weight, _ in counted)
    if fatal:
        return 0.0, True
    return (round(100 * sum(weight * worth for weight, worth in counted) / weight, 1) if weight else None), False


def default_form() -> Form:
    """What holds before anybody changes it."""
    return Form(
        0,
        (
            Criterion("greeting", "greeting", 10, check=Check.GREETING, parts=(Part.AGENT,)),
            Criterion("answered", "answered", 30, check=Check.UNANSWERED),
            Criterion("right", "right", 30),
            Criterion("grounded", "grounded", 10, check=Check.GROUNDED, parts=(Part.BOT,)),
            Criterion("timely", "timely", 10, check=Check.REPLY_TIME),
            Criterion("tone", "tone", 20),
            Criterion("forbidden", "forbidden", 10, fatal=True, check=Check.FORBIDDEN),
        ),
    )
