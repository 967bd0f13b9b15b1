"""The words of teaching: who teaches, what it was asked and said, and an order for a dataset of its answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.model_registry import Price, ServedModel
from app.training.domain import Turns

DISTILLED = "distilled"
"""The dataset's name, and how its rows are marked as synthetic."""


class Purpose(StrEnum):
    """What a teacher was asked for."""

    ANSWER = "answer"
    WORDINGS = "wordings"


@dataclass(frozen=True)
class Teacher:
    """A model that may be asked. key: `configured`, `own` or a version's id; name: what the server calls it."""

    key: str
    name: str
    served: ServedModel
    price: Price | None = None

    @property
    def kept_as(self) -> str:
        """Under which its words are kept: another model at the same address is another teacher."""
        return f"{self.key} {self.name}"


@dataclass(frozen=True)
class Ask:
    """One question for a teacher. key: the same for the same prompt; conversation_id: whose words stand in it."""

    key: str
    messages: Turns
    conversation_id: UUID | None


@dataclass(frozen=True)
class Said:
    """What a teacher said. finish: why it ended, as the server put it; or the code of what went wrong."""

    text: str
    finish: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class Expected:
    """What an order will take. known: answers kept from earlier orders, which cost nothing; cost None: no price told;
    seconds None: this teacher has not been measured."""

    questions: int
    known: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    currency: str
    seconds: float | None


@dataclass(frozen=True)
class Distillation:
    """An order for a dataset of a teacher's answers. figures: what was asked, used and spent, once it is done."""

    id: UUID
    job_id: UUID
    teacher: str
    teacher_name: str
    most: int
    price: dict[str, Any] | None
    dataset_id: UUID | None
    figures: dict[str, Any]
    created_by: str
    created_at: datetime
