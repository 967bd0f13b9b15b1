"""Tables of teaching: orders for a teacher's answers, and what teachers said, so that nothing is paid twice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class DistillationRow(Table):
    """One order; how far it is stands in its job."""

    __tablename__ = "distillation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    job_id: Mapped[UUID]
    teacher: Mapped[str] = mapped_column(Text)
    teacher_name: Mapped[str] = mapped_column(Text)
    most: Mapped[int]
    price: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    dataset_id: Mapped[UUID | None] = mapped_column(ForeignKey("dataset_version.id", name="fk_distillation_dataset_id"))
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class TeacherTextRow(Table):
    """What a teacher said to one prompt, by the prompt's digest."""

    __tablename__ = "teacher_text"
    __table_args__ = (Index("ix_teacher_text_conversation_id", "conversation_id"),)

    teacher: Mapped[str] = mapped_column(Text, primary_key=True)
    purpose: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    conversation_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(Text)
    finish: Mapped[str] = mapped_column(Text)
    prompt_tokens: Mapped[int]
    completion_tokens: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment, default=now)
