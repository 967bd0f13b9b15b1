"""The table of calendars."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class CalendarRow(Table):
    """A calendar; `week` has seven lists of [start, end] in minutes, `days` the days on which it does not hold."""

    __tablename__ = "business_calendar"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    timezone: Mapped[str] = mapped_column(Text)
    week: Mapped[list[Any]]
    days: Mapped[list[Any]]
    revision: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
