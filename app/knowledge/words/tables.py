"""The table of word lists: every change is a row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class WordsVersionRow(Table):
    """One version of the list of a base, or (base_id null) of all bases; the highest number is in force."""

    __tablename__ = "words_version"
    __table_args__ = (Index("uq_words_version", "base_id", "number", unique=True, postgresql_nulls_not_distinct=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    base_id: Mapped[UUID | None] = mapped_column(ForeignKey("base.id", ondelete="CASCADE"))
    number: Mapped[int]
    synonyms: Mapped[list[Any]]
    protected: Mapped[list[Any]]
    action: Mapped[str] = mapped_column(Text)
    job_id: Mapped[UUID | None]
    reindexed: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
