"""Wire shapes of teaching."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from app.kernel.wire import Wire
from app.model_registry import Price
from app.training.teaching.domain import Distillation, Expected, Teacher
from app.training.teaching.service import Order

Amount = Annotated[float, Field(ge=0, le=100_000)]


class PriceForm(Wire):
    """What a million tokens cost: those the teacher reads and those it writes."""

    prompt: Amount
    completion: Amount
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = Price.currency


class DistilForm(Wire):
    """Who answers how many approved questions. teacher: `configured`, `own`, or a version's id."""

    teacher: Annotated[str, Field(min_length=1, max_length=40)]
    most: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    price: PriceForm | None = None

    def order(self) -> Order:
        """As the room knows it."""
        return Order(self.teacher, self.most, Price(**self.price.model_dump()) if self.price else None)


class TeacherView(Wire):
    """A model that may be asked. price: of a million tokens, null when nobody told it."""

    teacher: str
    name: str
    price: PriceForm | None

    @classmethod
    def of(cls, found: Teacher) -> Self:
        """The teacher as the contract shows it."""
        price = PriceForm(**found.price.as_dict()) if found.price else None
        return cls(teacher=found.key, name=found.name, price=price)


class TeacherList(Wire):
    """Those that can be asked now."""

    items: list[TeacherView]


class ExpectedView(Wire):
    """What an order will take. known: answers kept from before, which cost nothing; null: not known."""

    questions: int
    known: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    currency: str
    seconds: float | None

    @classmethod
    def of(cls, found: Expected) -> Self:
        """The expectation as the contract shows it."""
        return cls.mirroring(found)


class DistillationView(Wire):
    """An order; its job tells how far it is. dataset_id and figures: what came of it."""

    distillation_id: UUID
    job_id: UUID
    teacher: str
    teacher_name: str
    most: int
    dataset_id: UUID | None
    figures: dict[str, Any]
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, found: Distillation) -> Self:
        """The order as the contract shows it."""
        return cls.mirroring(found, distillation_id=found.id)
