"""The table of intents: every version of the whole list."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class IntentVersionRow(Table):
    """All intents with their examples as they were saved; the highest number is in force, no row means the built-in."""

    __tablename__ = "intent_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cards: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    with_model: Mapped[bool] = mapped_column(server_default="false")
