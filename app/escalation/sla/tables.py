"""Tables of service levels: policies by version, and the clocks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class PoliciesRow(Table):
    """One version of all policies in their order; versions are only ever added, the newest is in force."""

    __tablename__ = "sla_policies"

    version: Mapped[int] = mapped_column(primary_key=True)
    policies: Mapped[list[Any]]
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class ClockRow(Table):
    """One wait; open until `ended_at`. `stale`: policies or calendars changed, so due and warn are to be made anew.

    `modes` are pairs of a moment and whose turn it was from then on; `reached`: what was waited for happened, in time
    or not; `marks` are the events of the log that told of a warning and a breach.
    """

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index("uq_sla_clock_open", "conversation_id", "kind", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_sla_clock_due_at", "due_at", "conversation_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_sla_clock_warn_at", "warn_at", postgresql_where=text("ended_at IS NULL AND warned_at IS NULL")),
        Index("ix_sla_clock_stale", "id", postgresql_where=text("stale AND ended_at IS NULL")),
        Index("ix_sla_clock_ended_at", "ended_at"),
        Index("ix_sla_clock_conversation_id", "conversation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    modes: Mapped[list[Any]]
    group_id: Mapped[UUID]
    priority: Mapped[int]
    tier: Mapped[str | None] = mapped_column(Text)
    policy_id: Mapped[UUID | None]
    policy_name: Mapped[str] = mapped_column(Text)
    target_s: Mapped[int | None]
    used_s: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    warn_at: Mapped[datetime | None] = mapped_column(Moment)
    warned_at: Mapped[datetime | None] = mapped_column(Moment)
    breached_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(Text)
    reached: Mapped[bool]
    marks: Mapped[list[Any]]
    stale: Mapped[bool] = mapped_column(default=False)
