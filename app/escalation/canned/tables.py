"""The table of canned replies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class CannedReplyRow(Table):
    """A sentence said often; without `owner_id` it is everybody's. `initials` and `pinyin` spell its title."""

    __tablename__ = "canned_reply"
    __table_args__ = (Index("ix_canned_reply_owner_id", "owner_id", "title"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    initials: Mapped[str] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Text)
    uses: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
