"""Tables of assignment: the line, and who served whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class EntryRow(Table):
    """A conversation in the line or with a person; the line is ordered by `turn_at`."""

    __tablename__ = "line_entry"
    __table_args__ = (
        Index(
            "ix_line_entry_waiting",
            "group_id",
            "turn_at",
            "conversation_id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_line_entry_served", "agent_id", postgresql_where=text("state = 'served'")),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("desk_group.id"), index=True)
    state: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    skill: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime | None] = mapped_column(Moment)
    turn_at: Mapped[datetime | None] = mapped_column(Moment)
    told_position: Mapped[int | None]
    wanted_agent_id: Mapped[UUID | None]
    declined: Mapped[list[Any]]
    offered_to: Mapped[UUID | None]
    offered_until: Mapped[datetime | None] = mapped_column(Moment)
    message_left_at: Mapped[datetime | None] = mapped_column(Moment)
    contact: Mapped[str | None] = mapped_column(Text)
    agent_id: Mapped[UUID | None]
    assigned_at: Mapped[datetime | None] = mapped_column(Moment)
    first_reply_at: Mapped[datetime | None] = mapped_column(Moment)


class AssignmentRow(Table):
    """One stretch in which somebody had a conversation; `queued_at` when it came from the line."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_at", "at"),
        Index("ix_assignment_user_id", "user_id", "at", postgresql_where=text("user_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[UUID | None]
    staff_id: Mapped[UUID]
    user_id: Mapped[str | None] = mapped_column(Text)
    how: Mapped[str] = mapped_column(Text)
    queued_at: Mapped[datetime | None] = mapped_column(Moment)
    at: Mapped[datetime] = mapped_column(Moment)
    first_reply_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_how: Mapped[str | None] = mapped_column(Text)


class AttentionRow(Table):
    """A conversation with the bot that somebody should look at, and why."""

    __tablename__ = "conversation_attention"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    reasons: Mapped[list[Any]]
    at: Mapped[datetime] = mapped_column(Moment)
