"""Wire shapes of pairs that seem to mean the same."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.jobs import JobRecord
from app.jobs.schemas import JobView
from app.kernel.wire import Wire
from app.knowledge.faq_pairs.service import ShownPair
from app.knowledge.faq_schemas import Answer, FaqView


class PairView(Wire):
    """Two FAQs and the questions they are most alike by. score in [0, 1]."""

    one: FaqView
    other: FaqView
    one_question: str
    other_question: str
    score: float

    @classmethod
    def of(cls, pair: ShownPair) -> Self:
        """From the domain."""
        return cls(
            one=FaqView.of(pair.one),
            other=FaqView.of(pair.other),
            one_question=pair.one_question,
            other_question=pair.other_question,
            score=pair.score,
        )


class PairList(Wire):
    """Pairs to look at, how many there are in all, and the newest comparison."""

    items: list[PairView]
    total: int
    search: JobView | None

    @classmethod
    def told(cls, pairs: list[ShownPair], total: int, job: JobRecord | None, locale: str) -> Self:
        """From the domain."""
        return cls(
            items=[PairView.of(pair) for pair in pairs],
            total=total,
            search=JobView.of(job, locale) if job else None,
        )


class OpenedSearch(Wire):
    """The job that compares."""

    job_id: UUID


class PairEnds(Wire):
    """Which two."""

    one_id: UUID
    other_id: UUID


class MergeBody(Wire):
    """`keep_id` gets the phrasings of `remove_id`, which goes; the versions are those that were seen."""

    keep_id: UUID
    keep_version: Annotated[int, Field(ge=1)]
    remove_id: UUID
    remove_version: Annotated[int, Field(ge=1)]
    answer: Answer
