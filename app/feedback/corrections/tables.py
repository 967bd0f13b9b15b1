"""Tables of corrections and the rules of their review."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class CorrectionRow(Table):
    """A right answer written by staff; at most one is under way for a message, and one for a gap."""

    __tablename__ = "correction"
    __table_args__ = (
        Index(
            "uq_correction_open",
            "message_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'in_review') AND gap_id IS NULL"),
        ),
        Index(
            "uq_correction_of_gap",
            "gap_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'in_review', 'accepted')"),
        ),
        Index("ix_correction_message_id", "message_id"),
        Index("ix_correction_state", "state", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    message_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    question: Mapped[str] = mapped_column(Text)
    wrong_answer: Mapped[str] = mapped_column(Text)
    right_answer: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    prompt: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[UUID]
    proposed_by_name: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    reviewed_by: Mapped[UUID | None]
    reviewed_by_name: Mapped[str | None] = mapped_column(Text)
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(Text, default="training")
    faults: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    citations: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    questions: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    base_id: Mapped[UUID | None]
    faq_id: Mapped[UUID | None]
    chunk_id: Mapped[UUID | None]
    passage_text: Mapped[str | None] = mapped_column(Text)
    target_version: Mapped[int | None]
    owner_name: Mapped[str | None] = mapped_column(Text)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    gap_id: Mapped[UUID | None]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    trial: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    problem: Mapped[str | None] = mapped_column(Text)
    job_id: Mapped[UUID | None]
    overridden_by: Mapped[str | None] = mapped_column(Text)
    override_reason: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    published_faq_id: Mapped[UUID | None]


class RulesRow(Table):
    """How corrections are reviewed: one row."""

    __tablename__ = "feedback_rules"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    four_eyes: Mapped[bool]
    changed_by_name: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
