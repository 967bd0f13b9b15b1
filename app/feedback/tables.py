"""Tables of feedback: one rating a message, corrections with their review."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class RatingRow(Table):
    """The customer's present opinion of one answer."""

    __tablename__ = "rating"
    __table_args__ = (
        Index("ix_rating_conversation_id", "conversation_id"),
        Index("ix_rating_vote", "vote", "updated_at"),
    )

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID]
    vote: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    comment: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class CorrectionRow(Table):
    """A right answer written by staff; at most one is open for a message."""

    __tablename__ = "correction"
    __table_args__ = (
        Index("uq_correction_open", "message_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("ix_correction_message_id", "message_id"),
        Index("ix_correction_state", "state", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    message_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    question: Mapped[str] = mapped_column(Text)
    wrong_answer: Mapped[str] = mapped_column(Text)
    right_answer: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    prompt: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[UUID]
    proposed_by_name: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    reviewed_by: Mapped[UUID | None]
    reviewed_by_name: Mapped[str | None] = mapped_column(Text)
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
