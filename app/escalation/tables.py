"""Tables of escalation: what customers said when asked how it went, and what staff wrote for each other."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class SurveyRow(Table):
    """A customer's verdict on the person's or the bot's part of a conversation; a later one replaces it."""

    __tablename__ = "survey_response"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[str] = mapped_column(Text, primary_key=True, default="agent")
    score: Mapped[int]
    resolved: Mapped[bool | None]
    comment: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class DeskNoteRow(Table):
    """What one of the staff wrote about a conversation for the others; customers never see it.

    `kind` is a NoteKind; `outcome` and `category` are of a wrap-up, `to_id` of a whisper. It stands behind the event
    `after_seq` of the log.
    """

    __tablename__ = "desk_note"
    __table_args__ = (Index("ix_desk_note_conversation_id", "conversation_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    after_seq: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(Text)
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(Text)
    to_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
