"""Wire shapes of blind comparison; none of them says whose answer is whose before the result."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.kernel.wire import CleanText, Wire
from app.training.comparison.domain import Outcome, Pair, Side, Vote, Why, Winner
from app.training.comparison.service import Standing, Word


class ComparisonForm(Wire):
    """Which evaluation's answers, how many questions at most, and how many people should judge each."""

    evaluation_id: UUID
    questions: Annotated[int, Field(ge=1, le=200)] = 50
    people: Annotated[int, Field(ge=1, le=20)] = 3


class ComparisonView(Wire):
    """One comparison. alike: questions left out because both gave the same answer; mine: how many you have judged."""

    comparison_id: UUID
    evaluation_id: UUID
    model_id: UUID
    questions: int
    alike: int
    wanted_people: int
    votes: int
    people: int
    mine: int
    created_by: str
    created_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, seen: Standing) -> Self:
        """The comparison as the contract shows it."""
        found = seen.comparison
        standing = {"votes": seen.votes, "people": seen.people, "mine": seen.mine}
        counts = {"questions": len(found.places), "wanted_people": found.people}
        return cls.mirroring(found, comparison_id=found.id, **counts, **standing)


class PairView(Wire):
    """Two answers to one question."""

    place: int
    question: str
    first: str
    second: str

    @classmethod
    def of(cls, pair: Pair) -> Self:
        """The pair as the contract shows it."""
        return cls(**asdict(pair))


class NextPair(Wire):
    """The next pair; null: you have judged all, or it is closed."""

    pair: PairView | None


class VoteForm(Wire):
    """Which answer is better, in what, and why."""

    place: Annotated[int, Field(ge=1)]
    better: Side
    reasons: Annotated[list[Why], Field(max_length=6)] = []
    note: Annotated[CleanText, Field(max_length=500)] = ""

    def word(self) -> Word:
        """As the room knows it."""
        return Word(self.place, self.better, tuple(dict.fromkeys(self.reasons)), self.note)


class SaidOfPair(Wire):
    """What one person said of one question."""

    place: int
    by: str
    winner: Winner
    reasons: list[Why]
    note: str

    @classmethod
    def of(cls, vote: Vote) -> Self:
        """The vote as the contract shows it."""
        return cls(place=vote.place, by=vote.staff_name, winner=vote.winner, reasons=list(vote.reasons), note=vote.note)


class OutcomeView(Wire):
    """What people said. win_rate: of the candidate over questions, even ones counting half; low, high: its 95 %
    interval; agreed: share of two people's votes that are the same; alpha: Krippendorff's, null when too few questions
    were judged by two; first_share: how often the answer shown first won."""

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
    said: list[SaidOfPair]

    @classmethod
    def of(cls, found: Outcome, votes: list[Vote]) -> Self:
        """The result as the contract shows it."""
        return cls(**asdict(found), said=[SaidOfPair.of(one) for one in votes])
