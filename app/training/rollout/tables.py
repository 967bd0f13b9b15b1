"""Tables of rollout: shadow answers, and the rules that take a version back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class ShadowAnswerRow(Table):
    """What a version would have said to a question another one answered."""

    __tablename__ = "shadow_answer"
    __table_args__ = (Index("ix_shadow_answer_conversation_id", "conversation_id"),)

    model_id: Mapped[UUID] = mapped_column(primary_key=True)
    answer_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID]
    question: Mapped[str] = mapped_column(Text)
    live_text: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(Text)
    first_token_ms: Mapped[float | None]
    total_ms: Mapped[float | None]
    similarity: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class GuardRow(Table):
    """The rules; one row."""

    __tablename__ = "model_guard"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    rules: Mapped[dict[str, Any]]
    changed_by_name: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
