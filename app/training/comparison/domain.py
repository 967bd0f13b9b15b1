"""The words of blind comparison: which side an answer stands on, what people said, and what it comes to."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import sqrt
from uuid import UUID

Z = 1.96
LEAST_SHARED = 5
"""Questions two people must both have judged before their agreement says anything."""


class Side(StrEnum):
    """What a person sees: the first answer is better, the second, or neither."""

    FIRST = "first"
    SECOND = "second"
    EVEN = "even"


class Winner(StrEnum):
    """What that means: the candidate, the live model, or neither."""

    NEW = "new"
    NOW = "now"
    EVEN = "even"


class Why(StrEnum):
    """In what an answer is better."""

    RIGHT = "right"
    COMPLETE = "complete"
    CLEAR = "clear"
    TONE = "tone"
    SOURCES = "sources"
    SAFE = "safe"


@dataclass(frozen=True)
class Comparison:
    """One comparison of an evaluation's answers. places: of its questions; people: how many should judge each."""

    id: UUID
    evaluation_id: UUID
    model_id: UUID
    seed: int
    places: tuple[int, ...]
    alike: int
    people: int
    created_by: str
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Vote:
    """What one person said of one question. is_swapped: the candidate stood first."""

    place: int
    staff_id: UUID
    staff_name: str
    winner: Winner
    is_swapped: bool
    reasons: tuple[Why, ...]
    note: str
    at: datetime


@dataclass(frozen=True)
class Pair:
    """The next question as a judge sees it."""

    place: int
    question: str
    first: str
    second: str


@dataclass(frozen=True)
class Outcome:
    """What people's votes come to.

    win_rate: of the candidate over questions, an even one counting half, people's votes on one question averaged; low,
    high: its 95 % Wilson interval. alpha: Krippendorff's, agreement beyond chance; None: too few shared questions.
    first_share: how often the answer that stood first won, near a half when the order does not sway people.
    """

    votes: int
    people: int
    questions: int
    new: int
    now: int
    even: int
    win_rate: float
    low: float
    high: float
    agreed: float | None
    alpha: float | None
    first_share: float | None
    reasons: dict[str, dict[str, int]]


def is_swapped(seed: int, place: int, staff_id: UUID) -> bool:
    """Whether the candidate stands first for this person: the same whenever asked, half of the time over all."""
    return hashlib.sha256(f"{seed}:{place}:{staff_id}".encode()).digest()[0] % 2 == 1


def winner_of(side: Side, swapped: bool) -> Winner:
    """Whose answer was on that side."""
    if side is Side.EVEN:
        return Winner.EVEN
    return Winner.NEW if (side is Side.FIRST) is swapped else Winner.NOW


def outcome_of(votes: Sequence[Vote]) -> Outcome:
    """Everything the report tells."""
    by_place: dict[int, list[Winner]] = defaultdict(list)
    reasons: dict[str, dict[str, int]] = {}
    for vote in votes:
        by_place[vote.place].append(vote.winner)
        for reason in vote.reasons:
            counted = reasons.setdefault(vote.winner.value, {})
            counted[reason.value] = counted.get(reason.value, 0) + 1
    rates = [sum(_points(one) for one in said) / len(said) for said in by_place.values()]
    low, high = wilson(sum(rates), len(rates))
    decided = [vote for vote in votes if vote.winner is not Winner.EVEN]
    first = sum((vote.winner is Winner.NEW) is vote.is_swapped for vote in decided)
    agreed, alpha = agreement(list(by_place.values()))
    return Outcome(
        votes=len(votes),
        people=len({vote.staff_id for vote in votes}),
        questions=len(by_place),
        new=sum(vote.winner is Winner.NEW for vote in votes),
        now=sum(vote.winner is Winner.NOW for vote in votes),
        even=sum(vote.winner is Winner.EVEN for vote in votes),
        win_rate=round(sum(rates) / len(rates), 4) if rates else 0.0,
        low=low,
        high=high,
        agreed=agreed,
        alpha=alpha,
        first_share=round(first / len(decided), 4) if decided else None,
        reasons=reasons,
    )


def _points(winner: Winner) -> float:
    return {Winner.NEW: 1.0, Winner.EVEN: 0.5, Winner.NOW: 0.0}[winner]


def wilson(wins: float, asked: int) -> tuple[float, float]:
    """The 95 % interval of a share; (0, 1) when nothing was asked."""
    if not asked:
        return 0.0, 1.0
    share, square = wins / asked, Z * Z
    middle = (share + square / (2 * asked)) / (1 + square / asked)
    half = Z * sqrt(share * (1 - share) / asked + square / (4 * asked * asked)) / (1 + square / asked)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def agreement(questions: Sequence[Sequence[Winner]]) -> tuple[float | None, float | None]:
    """The share of pairs of votes on one question that are the same, and Krippendorff's alpha for plain categories."""
    shared = [said for said in questions if len(said) > 1]
    if len(shared) < LEAST_SHARED:
        return None, None
    same = pairs = together = 0.0
    totals: dict[Winner, int] = defaultdict(int)
    for said in shared:
        alike = sum(said.count(kind) * (said.count(kind) - 1) for kind in Winner)
        same, pairs = same + alike, pairs + len(said) * (len(said) - 1)
        together += alike / (len(said) - 1)
        for one in said:
            totals[one] += 1
    n = sum(totals.values())
    by_chance = sum(count * (count - 1) for count in totals.values()) / (n - 1)
    alpha = 1.0 if by_chance >= n else (together - by_chance) / (n - by_chance)
    return round(same / pairs, 4), round(alpha, 4)
