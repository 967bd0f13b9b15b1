"""Tables of evaluation: sets of regression questions, runs with a row per question, and the rules of the gate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class SetRow(Table):
    """A named list of regression questions."""

    __tablename__ = "regression_set"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    created_by_name: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now, onupdate=now)


class QuestionRow(Table):
    """A regression question; `content` is what is asked and expected."""

    __tablename__ = "regression_question"
    __table_args__ = (Index("ix_regression_question_set_id", "set_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    set_id: Mapped[UUID] = mapped_column(ForeignKey("regression_set.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
    origin: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    created_by_name: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now, onupdate=now)


class RunRow(Table):
    """One run over questions; its figures and verdict come with its end."""

    __tablename__ = "evaluation_run"
    __table_args__ = (Index("ix_evaluation_run_kind", "kind", "set_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    set_id: Mapped[UUID | None] = mapped_column(ForeignKey("regression_set.id", ondelete="SET NULL"))
    set_name: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    job_id: Mapped[UUID | None]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    questions: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    compared_with: Mapped[UUID | None]
    file_name: Mapped[str] = mapped_column(Text, default="")
    error_code: Mapped[str | None] = mapped_column(Text)
    created_by_name: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class ResultRow(Table):
    """One question of a run, as it was asked, and how it did."""

    __tablename__ = "evaluation_result"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_run.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question_id: Mapped[UUID | None]
    question: Mapped[dict[str, Any]]
    judged: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class GateRow(Table):
    """The rules of the gate: one row."""

    __tablename__ = "evaluation_gate"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    rules: Mapped[dict[str, Any]]
    changed_by_name: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
