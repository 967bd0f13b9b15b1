"""Table of attachments: what was uploaded, and with which message it was sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class AttachmentRow(Table):
    """One file; its bytes are in the blob store. `place` orders those of a message."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_conversation_id", "conversation_id"),
        Index("ix_attachment_message_id", "message_id", postgresql_where=text("message_id IS NOT NULL")),
        Index("ix_attachment_unsent", "created_at", postgresql_where=text("message_id IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    uploaded_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
