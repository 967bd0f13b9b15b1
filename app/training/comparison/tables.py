"""Tables of blind comparison: what is compared, and each person's word on each question."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class ComparisonRow(Table):
    """One comparison of an evaluation's answers."""

    __tablename__ = "blind_comparison"
    __table_args__ = (Index("ix_blind_comparison_evaluation_id", "evaluation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    evaluation_id: Mapped[UUID] = mapped_column(
        ForeignKey("model_evaluation.id", ondelete="CASCADE", name="fk_blind_comparison_evaluation_id")
    )
    model_id: Mapped[UUID]
    seed: Mapped[int] = mapped_column(BigInteger)
    places: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    alike: Mapped[int]
    people: Mapped[int]
    created_by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class VoteRow(Table):
    """What one person said of one question; a second word replaces the first."""

    __tablename__ = "blind_vote"

    comparison_id: Mapped[UUID] = mapped_column(
        ForeignKey("blind_comparison.id", ondelete="CASCADE", name="fk_blind_vote_comparison_id"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_name: Mapped[str] = mapped_column(Text)
    winner: Mapped[str] = mapped_column(Text)
    is_swapped: Mapped[bool]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Moment, default=now)
