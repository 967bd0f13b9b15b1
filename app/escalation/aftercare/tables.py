"""Tables of aftercare: rules by version, what was asked of whom, messages that were left."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class ServiceRulesRow(Table):
    """One version of the rules; the highest is in force."""

    __tablename__ = "service_rules"

    version: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[dict[str, Any]]
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class SurveyAskRow(Table):
    """What a customer was asked last in a conversation, and who had served them then."""

    __tablename__ = "survey_ask"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    parts: Mapped[list[Any]]
    agent_id: Mapped[UUID | None]
    agent_name: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Moment, default=now)


class LeftMessageRow(Table):
    """A message left while nobody was there; `contact` is wiped thirty days after it was answered."""

    __tablename__ = "left_message"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    promised_by: Mapped[datetime | None] = mapped_column(Moment)
    return_digest: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
