"""Tables of queues: groups and their members."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class GroupRow(Table):
    """One group; exactly one is the default, which takes what no other does."""

    __tablename__ = "desk_group"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    is_default: Mapped[bool] = mapped_column(default=False)
    mode: Mapped[str] = mapped_column(Text)
    accept_within_s: Mapped[int]
    languages: Mapped[list[Any]]
    channels: Mapped[list[Any]]
    tiers: Mapped[list[Any]]
    position: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class MemberRow(Table):
    """Somebody of the staff who serves in a group."""

    __tablename__ = "desk_group_member"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("desk_group.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True)
