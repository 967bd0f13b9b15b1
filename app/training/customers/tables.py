"""The table of erasures: who ordered one and why, and what it reported; how far it is stands in its job."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class CustomerErasureRow(Table):
    """One order. `wanted_user` and `wanted_thread` say whom until it is done; then `reference`, a digest, is left."""

    __tablename__ = "customer_erasure"
    __table_args__ = (Index("ix_customer_erasure_reference", "reference"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(Text)
    wanted_user: Mapped[str | None] = mapped_column(Text)
    wanted_thread: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    ordered_by_name: Mapped[str] = mapped_column(Text)
    ordered_at: Mapped[datetime] = mapped_column(Moment, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
