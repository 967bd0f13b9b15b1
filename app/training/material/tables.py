"""Tables of material: files read in, rows to review, what reviewers said."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class ImportRow(Table):
    """A file that was read in, with the rows it refused."""

    __tablename__ = "training_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file_name: Mapped[str] = mapped_column(Text)
    shape: Mapped[str] = mapped_column(Text)
    mapping: Mapped[dict[str, Any]]
    is_base: Mapped[bool]
    taken: Mapped[int]
    known: Mapped[int]
    refused: Mapped[int]
    refusals: Mapped[list[Any]]
    created_by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class MaterialRow(Table):
    """A pair to review; `pair_sha256` keeps the same pair from being reviewed twice."""

    __tablename__ = "training_material"
    __table_args__ = (
        UniqueConstraint("pair_sha256", name="uq_training_material_pair"),
        Index("ix_training_material_state", "state", "id"),
        Index("ix_training_material_conversation_id", "conversation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(Text)
    pair_sha256: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    history: Mapped[list[Any]]
    locale: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text)
    import_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("training_import.id", ondelete="CASCADE", name="fk_training_material_import_id")
    )
    line: Mapped[int] = mapped_column(default=0)
    conversation_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    said_by: Mapped[str] = mapped_column(Text, default="")
    approved_by: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class OpinionRow(Table):
    """One person's word on one row; again replaces."""

    __tablename__ = "training_opinion"

    material_id: Mapped[UUID] = mapped_column(
        ForeignKey("training_material.id", ondelete="CASCADE", name="fk_training_opinion_material_id"), primary_key=True
    )
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_name: Mapped[str] = mapped_column(Text)
    accept: Mapped[bool]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
