"""The table of mentions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class DeskMentionRow(Table):
    """A colleague named in a note; `seen_at` when they opened the conversation."""

    __tablename__ = "desk_mention"
    __table_args__ = (Index("ix_desk_mention_unseen", "staff_id", postgresql_where=text("seen_at IS NULL")),)

    note_id: Mapped[UUID] = mapped_column(ForeignKey("desk_note.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
