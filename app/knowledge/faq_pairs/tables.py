"""The table of pairs that seem to mean the same."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Double, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table


class FaqPairRow(Table):
    """Two FAQs, the smaller id first, by their most alike questions; a dismissed pair is not shown again."""

    __tablename__ = "faq_pair"
    __table_args__ = (Index("ix_faq_pair_score", "base_id", "score"), Index("ix_faq_pair_other_id", "other_id"))

    one_id: Mapped[UUID] = mapped_column(ForeignKey("faq.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("faq.id", ondelete="CASCADE"), primary_key=True)
    base_id: Mapped[UUID]
    one_question: Mapped[str] = mapped_column(Text)
    other_question: Mapped[str] = mapped_column(Text)
    score: Mapped[float] = mapped_column(Double)
    found_at: Mapped[datetime] = mapped_column(Moment, default=now)
    dismissed_by: Mapped[str | None] = mapped_column(Text)
