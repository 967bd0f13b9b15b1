"""Wire shapes of bulk actions on FAQs."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.kernel.wire import VisibleText, Wire
from app.knowledge.faq_bulk.service import MOST_TAGS, FaqOutcome, FaqWish
from app.knowledge.shelf.schemas import BulkProblem

Tags = Annotated[list[Annotated[VisibleText, Field(max_length=50)]], Field(max_length=MOST_TAGS)]


class FaqBulkForm(Wire):
    """One action on up to 100 FAQs; `base_id` is where to move them."""

    action: Literal["move", "tags", "delete"]
    faq_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    add_tags: Tags = []
    remove_tags: Tags = []
    base_id: UUID | None = None

    @model_validator(mode="after")
    def _knows_where(self) -> Self:
        if (self.action == "move") != (self.base_id is not None):
            raise ValueError("a move, and nothing else, names a base")
        return self

    def wish(self) -> FaqWish:
        """What to do to each."""
        tags = tuple(tag.strip() for tag in self.add_tags)
        gone = tuple(tag.strip() for tag in self.remove_tags)
        return FaqWish(self.action, self.base_id, tags, gone)


class FaqBulkItem(Wire):
    """What became of one FAQ."""

    faq_id: UUID
    done: bool
    error: BulkProblem | None = None

    @classmethod
    def of(cls, outcome: FaqOutcome, locale: str) -> Self:
        """The outcome as the contract shows it."""
        wrong = outcome.error
        error = None if wrong is None else BulkProblem(code=wrong.code, message=wrong.sentence(locale))
        return cls(faq_id=outcome.faq_id, done=error is None, error=error)


class FaqBulkResult(Wire):
    """One item for each FAQ, in the order they were named."""

    items: list[FaqBulkItem]
