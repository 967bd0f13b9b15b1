"""Tables of answer evaluation: runs, and a row for each of their questions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class AnswerRunRow(Table):
    """One run over labelled questions; its figures come with its end."""

    __tablename__ = "answer_evaluation"
    __table_args__ = (Index("ix_answer_evaluation_name", "name", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    job_id: Mapped[UUID | None]
    questions: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    compared_with: Mapped[UUID | None]
    error_code: Mapped[str | None] = mapped_column(Text)
    created_by_name: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class AnswerResultRow(Table):
    """One question of a run, as it was asked, and how its answer did."""

    __tablename__ = "answer_evaluation_result"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("answer_evaluation.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asked: Mapped[dict[str, Any]]
    judged: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
