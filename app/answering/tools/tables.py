"""Tables of tools: servers, the tools at them, every call, and what customers were asked to confirm."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class ToolSourceRow(Table):
    """A server; its secrets are sealed one by one."""

    __tablename__ = "tool_source"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, unique=True)
    base_url: Mapped[str] = mapped_column(Text)
    command: Mapped[list[Any]]
    secrets: Mapped[dict[str, Any]]
    origin: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class ToolRow(Table):
    """A tool; `spec` is everything staff set about it."""

    __tablename__ = "tool"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("tool_source.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    enabled: Mapped[bool]
    spec: Mapped[dict[str, Any]]
    version: Mapped[int]
    updated_by: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class ToolCallRow(Table):
    """One call: for whom, with what (masked), how it ended. A call that changes something is here before it is made."""

    __tablename__ = "tool_call"
    __table_args__ = (
        Index("ix_tool_call_tool_id", "tool_id", "id"),
        Index("uq_tool_call_confirmation_id", "confirmation_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tool_id: Mapped[UUID]
    tool_name: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str | None] = mapped_column(Text)
    conversation_id: Mapped[UUID | None]
    confirmation_id: Mapped[UUID | None]
    arguments: Mapped[dict[str, Any]]
    ending: Mapped[str] = mapped_column(Text)
    status: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int]
    ms: Mapped[float]
    result: Mapped[dict[str, Any] | None]
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class ToolConfirmationRow(Table):
    """What a customer was asked to confirm, and what they said."""

    __tablename__ = "tool_confirmation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    answer_id: Mapped[UUID]
    tool_id: Mapped[UUID]
    tool_version: Mapped[int]
    user_id: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[Any]]
    arguments: Mapped[dict[str, Any]]
    verdict: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
