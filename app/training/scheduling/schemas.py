"""Wire shapes of the schedule."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.kernel.wire import Wire
from app.training.scheduling.domain import Came, Last, Schedule


class ScheduleForm(Wire):
    """What happens by itself. enough_new: rows beyond those of the last run that are worth a run."""

    nightly: bool
    weekly: bool
    enough_new: Annotated[int, Field(ge=1, le=1_000_000)] = Schedule.enough_new


class LastView(Wire):
    """The last time: when, what came of it, and the dataset version or run that was made."""

    at: datetime
    came: Came
    made: UUID | None

    @classmethod
    def of(cls, last: Last | None) -> Self | None:
        """As the contract shows it; null: never yet."""
        return None if last is None else cls(**vars(last))


class ScheduleView(ScheduleForm):
    """The switches with what came of the last times."""

    last_night: LastView | None
    last_week: LastView | None

    @classmethod
    def of(cls, found: Schedule) -> Self:
        """As the contract shows it."""
        return cls(
            nightly=found.nightly,
            weekly=found.weekly,
            enough_new=found.enough_new,
            last_night=LastView.of(found.last_night),
            last_week=LastView.of(found.last_week),
        )
