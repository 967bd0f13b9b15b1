"""Wire shapes of sources."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from app.kernel.errors import AppError
from app.kernel.texts import has_text, text
from app.kernel.wire import CleanText, VisibleText, Wire
from app.knowledge.feeds.domain import Entry, Feed, FeedKind, FeedValues, Outcome, Run, RunState, Schedule, WhenMissing
from app.knowledge.feeds.preview import Preview
from app.knowledge.tables import DEFAULT_BASE

Pattern = Annotated[VisibleText, Field(max_length=300)]
Patterns = Annotated[list[Pattern], Field(max_length=50)]


class SourceForm(Wire):
    """A source as an admin writes it down; max_depth: folders, nested sitemaps or links followed."""

    base_id: UUID = DEFAULT_BASE
    name: Annotated[VisibleText, Field(min_length=1, max_length=120)]
    kind: FeedKind
    address: Annotated[CleanText, Field(min_length=1, max_length=1_000)]
    include: Patterns = []
    exclude: Patterns = []
    schedule: Schedule = Schedule.OFF
    max_depth: Annotated[int, Field(ge=0, le=20)] = 2
    max_pages: Annotated[int, Field(ge=1, le=50_000)] = 500
    when_missing: WhenMissing = WhenMissing.KEEP
    show_address: bool = True
    tags: Annotated[list[Annotated[VisibleText, Field(max_length=60)]], Field(max_length=20)] = []

    def values(self, address: str) -> FeedValues:
        """address: as it is kept."""
        return FeedValues(
            base_id=self.base_id,
            name=self.name.strip(),
            kind=self.kind,
            address=address,
            include=tuple(pattern.strip() for pattern in self.include),
            exclude=tuple(pattern.strip() for pattern in self.exclude),
            schedule=self.schedule,
            max_depth=self.max_depth,
            max_pages=self.max_pages,
            when_missing=self.when_missing,
            show_address=self.show_address,
            tags=tuple(dict.fromkeys(tag.strip() for tag in self.tags)),
        )


class SourceChange(SourceForm):
    """New values for the version that was looked at."""

    version: Annotated[int, Field(ge=1)]


class Reason(Wire):
    """Why something is as it is: a stable code and a sentence for people."""

    code: str
    message: str


def reason(code: str | None, locale: str, values: dict[str, Any] | None = None) -> Reason | None:
    """A code with its sentence."""
    if code is None:
        return None
    key = f"errors.{code}" if has_text(f"errors.{code}") else "errors.internal_error"
    return Reason(code=code, message=text(key, locale, **(values or {})))


class RunView(Wire):
    """One reading of a source; `waiting` are still to be looked at."""

    run_id: UUID
    job_id: UUID | None
    state: RunState
    by_hand: bool
    started_by: str
    capped: bool
    complete: bool
    error: Reason | None
    added: int
    changed: int
    unchanged: int
    gone: int
    skipped: int
    failed: int
    waiting: int
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, run: Run, locale: str) -> Self:
        """The record as the contract shows it."""
        shown = {n: getattr(run, n) for n in cls.model_fields if hasattr(run, n)}
        error = reason(run.error_code, locale)
        return cls(run_id=run.id, error=error, **vars(run.counts), **shown)


class SourceView(Wire):
    """One source with its newest run."""

    source_id: UUID
    version: int
    base_id: UUID
    name: str
    kind: FeedKind
    address: str
    include: list[str]
    exclude: list[str]
    schedule: Schedule
    max_depth: int
    max_pages: int
    when_missing: WhenMissing
    show_address: bool
    tags: list[str]
    documents: int
    missing: int
    created_by: str
    created_at: datetime
    updated_at: datetime
    next_run_at: datetime | None
    last_run: RunView | None

    @classmethod
    def of(cls, feed: Feed, locale: str) -> Self:
        """The record as the contract shows it."""
        own = ("version", "documents", "missing", "created_by", "created_at", "updated_at", "next_run_at")
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(feed.values).items()}
        last = RunView.of(feed.last_run, locale) if feed.last_run else None
        shown: dict[str, Any] = {**values, **{name: getattr(feed, name) for name in own}}
        return cls(source_id=feed.id, last_run=last, **shown)


class CreatedSource(Wire):
    """A source that was made."""

    source_id: UUID
    source: SourceView


class StartedSync(Wire):
    """A run that was opened; follow `job_id`."""

    run_id: UUID
    job_id: UUID | None


class EntryView(Wire):
    """One address of a run: how it ended and why, and how its document stands now."""

    address: str
    outcome: Outcome | None
    reason: Reason | None
    document_id: UUID | None
    document_title: str | None
    document_status: str | None
    document_problem: Reason | None
    at: datetime | None

    @classmethod
    def of(cls, entry: Entry, locale: str) -> Self:
        """The record as the contract shows it."""
        failed = entry.document_error if entry.document_state == "failed" else None
        return cls(
            address=entry.address,
            outcome=entry.outcome,
            reason=reason(entry.code, locale, entry.values),
            document_id=entry.document_id if entry.document_state else None,
            document_title=entry.document_title,
            document_status=entry.document_state,
            document_problem=reason(failed, locale, entry.document_error_values),
            at=entry.at,
        )


class TriedView(Wire):
    """One address a run would look at."""

    address: str
    title: str
    problem: Reason | None


class PreviewView(Wire):
    """What a run would find; nothing was written."""

    items: list[TriedView]
    total: int
    more: bool
    problem: Reason | None

    @classmethod
    def of(cls, shown: Preview, locale: str) -> Self:
        """The record as the contract shows it."""

        def told(error: AppError | None) -> Reason | None:
            return reason(error.code, locale, error.values) if error else None

        items = [TriedView(address=one.address, title=one.title, problem=told(one.problem)) for one in shown.found]
        return cls(items=items, total=shown.total, more=shown.more, problem=told(shown.problem))
