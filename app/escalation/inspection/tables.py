"""Tables of inspection: the form by version, and what is or was looked at."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class FormRow(Table):
    """One version of form and plan; versions are only ever added, the newest is in force."""

    __tablename__ = "inspection_form"

    version: Mapped[int] = mapped_column(primary_key=True)
    criteria: Mapped[list[Any]]
    plan: Mapped[dict[str, Any]]
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class InspectionRow(Table):
    """One part of a conversation; `recheck` and `appeal` hold who said what when."""

    __tablename__ = "inspection"
    __table_args__ = (
        UniqueConstraint("conversation_id", "part", name="uq_inspection_part"),
        Index("ix_inspection_state", "state", "id"),
        Index("ix_inspection_agent_id", "agent_id", "scored_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(Text)
    agent_id: Mapped[UUID | None]
    agent_name: Mapped[str] = mapped_column(Text)
    group_id: Mapped[UUID | None]
    form_version: Mapped[int]
    why: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(Text)
    findings: Mapped[list[Any]]
    marks: Mapped[dict[str, Any]]
    score: Mapped[float | None]
    fatal: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    inspector_id: Mapped[UUID | None]
    inspector_name: Mapped[str] = mapped_column(Text)
    recheck: Mapped[dict[str, Any] | None]
    appeal: Mapped[dict[str, Any] | None]
    revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    scored_at: Mapped[datetime | None] = mapped_column(Moment)
