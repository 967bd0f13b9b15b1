"""The table of what was put aside."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Moment, Table


class SnoozeRow(Table):
    """Until when a conversation sleeps; what was woken before keeps its row until then, which then does nothing."""

    __tablename__ = "desk_snooze"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[datetime] = mapped_column(Moment, index=True)
