"""The table of the schedule; one row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class ScheduleRow(Table):
    """The switches, who set them, and what came of the last time of each."""

    __tablename__ = "training_schedule"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    nightly: Mapped[bool] = mapped_column(default=True)
    weekly: Mapped[bool] = mapped_column(default=True)
    enough_new: Mapped[int] = mapped_column(default=20)
    last_night: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    last_week: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    changed_by_name: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
