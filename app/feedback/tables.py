"""Tables of feedback: one rating a message, and suggestions as they were made and as they were sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


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


class SuggestionPairRow(Table):
    """A reply that was suggested to an agent, and what the agent sent."""

    __tablename__ = "suggestion_pair"
    __table_args__ = (Index("ix_suggestion_pair_conversation_id", "conversation_id"),)

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    suggested: Mapped[str] = mapped_column(Text)
    sent: Mapped[str] = mapped_column(Text)
    edited: Mapped[bool]
    staff_id: Mapped[UUID]
    citations: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
