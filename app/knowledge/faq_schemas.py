"""Wire shapes of FAQs."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.kernel.texts import text
from app.kernel.wire import VisibleText, Wire
from app.knowledge.domain import Faq
from app.knowledge.faq_import import ImportReport, RowProblem

Questions = Annotated[list[Annotated[VisibleText, Field(max_length=500)]], Field(min_length=1, max_length=200)]
Answer = Annotated[VisibleText, Field(max_length=8_000)]
Tags = Annotated[list[Annotated[VisibleText, Field(max_length=50)]], Field(max_length=20)]


class NewFaq(Wire):
    """An answer and the ways to ask for it; the first is the one people are shown."""

    questions: Questions
    answer: Answer
    base_id: UUID | None = None
    tags: Tags = []


class ChangedFaq(Wire):
    """Everything an FAQ shall be from now on."""

    questions: Questions
    answer: Answer
    tags: Tags = []


class CreatedFaq(Wire):
    """The new FAQ's id."""

    faq_id: UUID


class FaqView(Wire):
    """One FAQ."""

    faq_id: UUID
    base_id: UUID
    questions: list[str]
    answer: str
    tags: list[str]
    source: str
    created_by: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, faq: Faq) -> Self:
        """From the domain."""
        return cls(
            faq_id=faq.id,
            base_id=faq.base_id,
            questions=list(faq.questions),
            answer=faq.answer,
            tags=list(faq.tags),
            source=faq.source,
            created_by=faq.created_by,
            created_at=faq.created_at,
            updated_at=faq.updated_at,
        )


class RowProblemView(Wire):
    """A row that was left out, counted from 1, and why."""

    row: int
    code: str
    message: str

    @classmethod
    def of(cls, problem: RowProblem, locale: str) -> Self:
        """From the domain, in the reader's language."""
        return cls(row=problem.row, code=problem.code, message=text(f"errors.{problem.code}", locale))


class ImportReportView(Wire):
    """What an import did, or with `dry_run` would do."""

    dry_run: bool
    rows: int
    created: int
    updated: int
    unchanged: int
    problems: list[RowProblemView]

    @classmethod
    def of(cls, report: ImportReport, dry_run: bool, locale: str) -> Self:
        """From the domain; at most the first hundred problems."""
        return cls(
            dry_run=dry_run,
            rows=report.rows,
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            problems=[RowProblemView.of(problem, locale) for problem in report.problems[:100]],
        )
