"""Tables of escalation rules: every version of the list, and what each rule did."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class RulesRow(Table):
    """One version of all rules in their order; versions are only ever added, the newest is in force."""

    __tablename__ = "escalation_rules"

    version: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[list[Any]]
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class HitRow(Table):
    """A rule that applied to a conversation, as it was then, and what it found."""

    __tablename__ = "escalation_log"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    rule_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    rules_version: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
