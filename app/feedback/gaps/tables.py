"""Tables of gaps: the failed questions, the gaps they form, and how alike two of them must be."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class GapRow(Table):
    """Questions that mean the same and that the bot could not answer well. settled_at: published or ignored then."""

    __tablename__ = "gap"
    __table_args__ = (Index("ix_gap_state", "state", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    correction_id: Mapped[UUID | None]
    changed_by_name: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)


class GapQuestionRow(Table):
    """A customer's question with the signs that its answer was no good. source: who asked, for counting each once.

    text, canonical, locale, source come with the grouping; vector (half precision) marks the exemplars of a gap.
    """

    __tablename__ = "gap_question"
    __table_args__ = (
        Index("ix_gap_question_gap_id", "gap_id", "at"),
        Index("ix_gap_question_canonical", "canonical"),
        Index("ix_gap_question_conversation_id", "conversation_id"),
        Index("ix_gap_question_waiting", "at", postgresql_where=text("gap_id IS NULL AND text IS NULL")),
        Index("ix_gap_question_exemplar", "gap_id", postgresql_where=text("vector IS NOT NULL")),
    )

    question_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    message_id: Mapped[UUID | None]
    signs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    text: Mapped[str | None] = mapped_column(Text)
    canonical: Mapped[str | None] = mapped_column(Text)
    locale: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    gap_id: Mapped[UUID | None] = mapped_column(ForeignKey("gap.id", ondelete="SET NULL"))
    embedder_id: Mapped[UUID | None]
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)


class GapFitRow(Table):
    """How alike two questions must be to mean the same, as fitted for an embedder on pairs people have labelled."""

    __tablename__ = "gap_fit"

    embedder_id: Mapped[UUID] = mapped_column(primary_key=True)
    least: Mapped[float]
    figures: Mapped[dict[str, Any]]
    fitted_at: Mapped[datetime] = mapped_column(Moment, default=now)
