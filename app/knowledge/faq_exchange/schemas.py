"""Wire shapes of imports."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.kernel.texts import has_text, text
from app.kernel.wire import Wire
from app.knowledge.domain import FaqContent
from app.knowledge.faq_exchange.domain import ImportRecord, ImportReport, PlannedRow, RowProblem


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
    duplicates: int
    contradictions: int
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
            duplicates=report.duplicates,
            contradictions=report.contradictions,
            problems=[RowProblemView.of(problem, locale) for problem in report.problems[:100]],
        )


class ImportError(Wire):
    """Why reading or writing stopped."""

    code: str
    message: str


class ImportView(Wire):
    """One import: reading, ready, writing, done or failed; `revision` says which report was seen."""

    import_id: UUID
    base_id: UUID
    file_name: str
    file_sha256: str
    state: str
    error: ImportError | None
    counts: dict[str, int]
    revision: int
    job_id: UUID | None
    created_by: str
    created_at: datetime
    done_at: datetime | None

    @classmethod
    def of(cls, record: ImportRecord, locale: str) -> Self:
        """From the domain, in the reader's language."""
        code = record.error_code
        key = f"errors.{code}" if code and has_text(f"errors.{code}") else "errors.internal_error"
        return cls(
            import_id=record.id,
            base_id=record.base_id,
            file_name=record.file_name,
            file_sha256=record.file_sha256,
            state=record.state,
            error=ImportError(code=code, message=text(key, locale)) if code else None,
            counts=record.counts,
            revision=record.revision,
            job_id=record.job_id,
            created_by=record.created_by,
            created_at=record.created_at,
            done_at=record.done_at,
        )


class ImportList(Wire):
    """The newest imports."""

    items: list[ImportView]


class Confirmation(Wire):
    """The report that was seen."""

    revision: Annotated[int, Field(ge=1)]


class SaidView(Wire):
    """What an FAQ says."""

    questions: list[str]
    answer: str
    tags: list[str]
    channels: list[str]

    @classmethod
    def of(cls, content: FaqContent | None) -> Self | None:
        """From the domain."""
        if content is None:
            return None
        return cls(
            questions=list(content.questions),
            answer=content.answer,
            tags=list(content.tags),
            channels=list(content.channels),
        )


class ReportRowView(Wire):
    """One row of a report."""

    number: int
    row: int
    kind: str
    code: str | None
    message: str | None
    other_row: int | None
    faq_id: UUID | None
    questions: list[str]
    answer: str
    tags: list[str]
    before: SaidView | None

    @classmethod
    def of(cls, number: int, row: PlannedRow, locale: str) -> Self:
        """From the domain, in the reader's language."""
        return cls(
            number=number,
            row=row.draft.row,
            kind=row.kind.value,
            code=row.code,
            message=text(f"errors.{row.code}", locale) if row.code else None,
            other_row=row.other_row,
            faq_id=row.faq_id,
            questions=list(row.draft.questions[:20]),
            answer=row.draft.answer[:8_000],
            tags=list(row.draft.tags[:20]),
            before=SaidView.of(row.before),
        )
