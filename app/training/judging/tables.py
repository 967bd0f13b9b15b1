"""Tables of judging: evaluations of candidates with a row per question, and the gate's rules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class EvaluationRow(Table):
    """One evaluation of a candidate beside the live model."""

    __tablename__ = "model_evaluation"
    __table_args__ = (Index("ix_model_evaluation_model_id", "model_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    model_id: Mapped[UUID]
    against_id: Mapped[UUID | None]
    job_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error_code: Mapped[str | None] = mapped_column(Text)
    created_by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class EvaluationQuestionRow(Table):
    """One question, and what both models said."""

    __tablename__ = "model_evaluation_row"

    evaluation_id: Mapped[UUID] = mapped_column(
        ForeignKey("model_evaluation.id", ondelete="CASCADE", name="fk_model_evaluation_row_evaluation_id"),
        primary_key=True,
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    now: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    new: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class GateRow(Table):
    """The gate's rules; one row."""

    __tablename__ = "model_gate"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    rules: Mapped[dict[str, Any]]
    changed_by_name: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
