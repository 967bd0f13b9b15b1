"""Wire shapes of one customer's data."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.kernel.wire import VisibleText, Wire
from app.training.customers.domain import Erasure, Found, Report, Wanted


class CustomerForm(Wire):
    """One of both: the company's own id of a customer, as its site vouches for it, or a conversation."""

    user_id: Annotated[VisibleText, Field(max_length=200)] | None = None
    conversation_id: UUID | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.user_id is None) == (self.conversation_id is None):
            raise ValueError("give user_id or conversation_id")
        return self

    @property
    def wanted(self) -> Wanted:
        """Whom it names."""
        return Wanted(self.user_id, self.conversation_id)


class ErasureForm(CustomerForm):
    """Whom to erase, and why: it stays in the audit trail, so it names nobody."""

    reason: Annotated[VisibleText, Field(min_length=3, max_length=300)]


class FoundView(Wire):
    """What is kept of a customer, in rows by table; published: sentences that are reviewed knowledge by now.

    user_id: null for a conversation nobody vouched for.
    """

    user_id: str | None
    name: str | None
    first_at: datetime | None
    last_at: datetime | None
    rows: dict[str, int]
    published: dict[str, int]
    datasets: int
    models: int

    @classmethod
    def of(cls, found: Found) -> Self:
        """The find as the contract shows it."""
        return cls(
            user_id=found.whose.user_id,
            name=found.name,
            first_at=found.first_at,
            last_at=found.last_at,
            rows=dict(found.rows),
            published=dict(found.published),
            datasets=found.datasets,
            models=found.models,
        )


class ReportView(Wire):
    """What was erased: rows by table, files, dataset versions withdrawn, models that had seen it, and what stays."""

    conversations: int
    rows: dict[str, int]
    files: int
    datasets: list[str]
    models: list[str]
    published: dict[str, int]

    @classmethod
    def of(cls, report: Report) -> Self:
        """The report as the contract shows it."""
        return cls.model_validate(
            {**report.as_dict(), "datasets": list(report.datasets), "models": list(report.models)}
        )


class ErasureView(Wire):
    """An order to erase; report null: its job tells how far it is. reference: a digest in place of the id."""

    erasure_id: UUID
    job_id: UUID
    reference: str
    reason: str
    ordered_by: str
    ordered_at: datetime
    ended_at: datetime | None
    report: ReportView | None

    @classmethod
    def of(cls, erasure: Erasure) -> Self:
        """The order as the contract shows it."""
        return cls(
            erasure_id=erasure.id,
            job_id=erasure.job_id,
            reference=erasure.reference,
            reason=erasure.reason,
            ordered_by=erasure.ordered_by,
            ordered_at=erasure.ordered_at,
            ended_at=erasure.ended_at,
            report=None if erasure.report is None else ReportView.of(erasure.report),
        )
