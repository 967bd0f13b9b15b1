"""Wire shapes of gaps."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.feedback.corrections.schemas import CorrectionView
from app.feedback.gaps.domain import Counted, Example, Gap, GapState
from app.kernel.wire import VisibleText, Wire


class GapView(Wire):
    """One gap in a window of days. people: who asked, each counted once; asked: how often in all; signs: people by
    how it failed for them (refused, failed, down_vote, escalated, correction); trend: people a day, today last."""

    gap_id: UUID
    title: str
    locale: str
    state: GapState
    reason: str | None
    correction_id: UUID | None
    changed_by: str
    version: int
    people: int
    asked: int
    signs: dict[str, int]
    trend: list[int]
    first_at: datetime
    last_at: datetime

    @classmethod
    def of(cls, counted: Counted) -> Self:
        """The gap as the contract shows it."""
        gap = counted.gap
        return cls(
            gap_id=gap.id,
            title=gap.title,
            locale=gap.locale,
            state=gap.state,
            reason=gap.reason,
            correction_id=gap.correction_id,
            changed_by=gap.changed_by,
            version=gap.version,
            people=counted.people,
            asked=counted.asked,
            signs=counted.signs,
            trend=list(counted.trend),
            first_at=counted.first_at,
            last_at=counted.last_at,
        )


class ExampleView(Wire):
    """One question of a gap, and where it was asked."""

    question_id: UUID
    conversation_id: UUID
    message_id: UUID | None
    text: str
    locale: str
    signs: list[str]
    reasons: list[str]
    at: datetime

    @classmethod
    def of(cls, one: Example) -> Self:
        """The question as the contract shows it."""
        return cls(**{**vars(one), "signs": list(one.signs), "reasons": list(one.reasons)})


class GapDetail(Wire):
    """A gap with its newest questions and what was drafted for it."""

    gap: GapView
    examples: list[ExampleView]
    correction: CorrectionView | None


class GapAfter(Wire):
    """A gap after something was done to it."""

    gap_id: UUID
    title: str
    state: GapState
    version: int

    @classmethod
    def of(cls, gap: Gap) -> Self:
        """The gap as the contract shows it."""
        return cls(gap_id=gap.id, title=gap.title, state=gap.state, version=gap.version)


class GapCounts(Wire):
    """How many gaps are under each tab, and how many failed questions wait to be grouped."""

    waiting: int
    in_review: int
    published: int
    ignored: int
    ungrouped: int


class GapVersion(Wire):
    """version: of what was seen."""

    version: int


class IgnoreForm(GapVersion):
    """Why nobody will answer this."""

    reason: Annotated[VisibleText, Field(max_length=500)]


class RenameForm(GapVersion):
    """Another title."""

    title: Annotated[VisibleText, Field(max_length=200)]


class MergeForm(GapVersion):
    """The gap that takes its questions."""

    into: UUID


class SplitForm(GapVersion):
    """The questions that go; whatever is worded like them goes too."""

    question_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class GroupingView(Wire):
    """The job that groups, when there is anything to group."""

    job_id: UUID | None
