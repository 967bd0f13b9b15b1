"""Tables of the answer cache: kept answers, which may be lost with a crash, and how often they served each day."""

import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class CachedAnswerRow(Table):
    """An answer with what it rests on: `marks` are the hashes of the cited passages, in the order of `chunk_ids`.

    `terms` are those of the question, for finding questions like it.
    """

    __tablename__ = "cached_answer"
    __table_args__ = (
        Index("uq_cached_answer_question", "scope", "canonical", unique=True),
        Index("ix_cached_answer_terms", "terms", postgresql_using="gin"),
        Index("ix_cached_answer_expires_at", "expires_at"),
        {"prefixes": ["UNLOGGED"]},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    scope: Mapped[str] = mapped_column(Text)
    canonical: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    terms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str] = mapped_column(Text)
    chunk_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    marks: Mapped[list[str]] = mapped_column(ARRAY(Text))
    faq_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)


class CacheUseRow(Table):
    """How many questions of a day were answered from the cache, and how."""

    __tablename__ = "answer_cache_use"

    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    how: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
