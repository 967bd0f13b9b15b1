"""Wire shapes of FAQs."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from app.kernel.paging import Page
from app.kernel.wire import VisibleText, Wire
from app.knowledge.domain import Faq, FaqContent
from app.knowledge.errors import FaqDatesReversed
from app.knowledge.ports import FaqAnswer, FaqUse

Questions = Annotated[list[Annotated[VisibleText, Field(max_length=500)]], Field(min_length=1, max_length=200)]
Answer = Annotated[VisibleText, Field(max_length=8_000)]
Labels = Annotated[list[Annotated[VisibleText, Field(max_length=50)]], Field(max_length=20)]
Moment = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
Validity = Literal["", "current", "upcoming", "expired"]


class NewFaq(Wire):
    """An answer and the ways to ask for it; the first is the one people are shown. No channels: all of them."""

    questions: Questions
    answer: Answer
    base_id: UUID | None = None
    tags: Labels = []
    channels: Labels = []
    valid_from: Moment | None = None
    valid_until: Moment | None = None

    def content(self) -> FaqContent:
        """To the domain. Raises FaqDatesReversed."""
        return in_order(
            FaqContent(
                tuple(self.questions),
                self.answer,
                tuple(self.tags),
                tuple(self.channels),
                self.valid_from,
                self.valid_until,
            )
        )


class ChangedFaq(Wire):
    """Questions, answer and tags from now on; the rest stays."""

    questions: Questions
    answer: Answer
    tags: Labels = []


class PatchedFaq(Wire):
    """What shall change; `version` is the one that was seen, and another one there by now is a conflict."""

    version: Annotated[int, Field(ge=1)] | None = None
    questions: Questions | None = None
    answer: Answer | None = None
    tags: Labels | None = None
    channels: Labels | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None

    def content(self, known: Faq) -> FaqContent:
        """What the FAQ says with the change. Raises FaqDatesReversed."""
        said = self.model_fields_set
        return in_order(
            FaqContent(
                known.questions if self.questions is None else tuple(self.questions),
                known.answer if self.answer is None else self.answer,
                known.tags if self.tags is None else tuple(self.tags),
                known.channels if self.channels is None else tuple(self.channels),
                self.valid_from if "valid_from" in said else known.valid_from,
                self.valid_until if "valid_until" in said else known.valid_until,
            )
        )


def in_order(content: FaqContent) -> FaqContent:
    """The same. Raises FaqDatesReversed when it would end before it begins."""
    if content.valid_from and content.valid_until and content.valid_from >= content.valid_until:
        raise FaqDatesReversed
    return content


class CreatedFaq(Wire):
    """The new FAQ's id."""

    faq_id: UUID


class UseView(Wire):
    """Answers of the last thirty days that cited it, and the votes on them."""

    answers: int
    up: int
    down: int

    @classmethod
    def of(cls, use: FaqUse) -> Self:
        """From the domain."""
        return cls(answers=use.answers, up=use.up, down=use.down)


class FaqView(Wire):
    """One FAQ; `use` only where it was asked for."""

    faq_id: UUID
    base_id: UUID
    questions: list[str]
    answer: str
    tags: list[str]
    channels: list[str]
    valid_from: datetime | None
    valid_until: datetime | None
    version: int
    source: str
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    use: UseView | None = None

    @classmethod
    def of(cls, faq: Faq, use: FaqUse | None = None) -> Self:
        """From the domain."""
        return cls(
            faq_id=faq.id,
            base_id=faq.base_id,
            questions=list(faq.questions),
            answer=faq.answer,
            tags=list(faq.tags),
            channels=list(faq.channels),
            valid_from=faq.valid_from,
            valid_until=faq.valid_until,
            version=faq.version,
            source=faq.source,
            created_by=faq.created_by,
            created_at=faq.created_at,
            updated_by=faq.updated_by,
            updated_at=faq.updated_at,
            use=UseView.of(use) if use else None,
        )


class FaqPage(Page[FaqView]):
    """One page, and how many FAQs the filter lets through in all."""

    total: int


class TagCount(Wire):
    """A tag and how many FAQs carry it."""

    tag: str
    count: int


class BaseName(Wire):
    """A base to choose from."""

    base_id: UUID
    name: str


class FaqFacts(Wire):
    """What the filters offer."""

    bases: list[BaseName]
    tags: list[TagCount]
    channels: list[str]


class CheckedQuestions(Wire):
    """Ways to ask that are being typed; `faq_id` is the FAQ they are typed into."""

    questions: Annotated[list[Annotated[str, Field(max_length=500)]], Field(min_length=1, max_length=200)]
    base_id: UUID | None = None
    faq_id: UUID | None = None


class TakenQuestion(Wire):
    """The question at `place` belongs to this FAQ already."""

    place: int
    faq_id: UUID
    question: str
    answer: str


class TakenQuestions(Wire):
    """All of them."""

    taken: list[TakenQuestion]


class FaqAnswerView(Wire):
    """One answer that cited the FAQ."""

    answer_id: UUID
    conversation_id: UUID
    asked: str
    outcome: str | None
    vote: str | None
    answered_at: datetime

    @classmethod
    def of(cls, answer: FaqAnswer) -> Self:
        """From the domain."""
        return cls(
            answer_id=answer.answer_id,
            conversation_id=answer.conversation_id,
            asked=answer.asked,
            outcome=answer.outcome,
            vote=answer.vote,
            answered_at=answer.answered_at,
        )


class FaqAnswers(Wire):
    """The newest of them, and the count of the last thirty days."""

    items: list[FaqAnswerView]
    use: UseView
