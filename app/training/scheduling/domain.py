"""The words of the schedule: what is switched on, and what came of the last time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Came(StrEnum):
    """What came of a time: something was made, or the reason why not."""

    PROPOSED = "proposed"
    UNCHANGED = "unchanged"
    NOTHING_TO_LEARN = "nothing_to_learn"
    STARTED = "started"
    NO_DATASET = "no_dataset"
    NOT_SET_UP = "not_set_up"
    BUSY = "busy"
    NOT_ENOUGH = "not_enough"
    REFUSED = "refused"


@dataclass(frozen=True)
class Last:
    """The last time: when, what came of it, and the version or run that was made."""

    at: datetime
    came: Came
    made: UUID | None = None


@dataclass(frozen=True)
class Schedule:
    """What happens by itself. enough_new: rows a version must have beyond those of the last run's."""

    nightly: bool = True
    weekly: bool = True
    enough_new: int = 20
    last_night: Last | None = None
    last_week: Last | None = None
