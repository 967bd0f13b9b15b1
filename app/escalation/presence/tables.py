"""The table of presence."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class AgentRow(Table):
    """Somebody who serves at the desk; `seen_at` is the last sign of life of any of their desks."""

    __tablename__ = "desk_agent"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    state_at: Mapped[datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    capacity: Mapped[int]
    skills: Mapped[list[Any]]
    missed: Mapped[int]
    last_assigned_at: Mapped[datetime | None] = mapped_column(Moment)
