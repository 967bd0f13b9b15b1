"""Table of editing: every state a chunk was in before somebody changed it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class ChunkHistoryRow(Table):
    """A chunk as it was under `revision`, and the action that ended it; the chunk itself may be gone.

    `other`: the chunk that a split made, or that a merge ate.
    """

    __tablename__ = "chunk_history"
    __table_args__ = (UniqueConstraint("chunk_id", "revision", name="uq_chunk_history_revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), index=True)
    chunk_id: Mapped[UUID]
    revision: Mapped[int]
    action: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    heading_path: Mapped[list[str]] = mapped_column(ARRAY(Text))
    origins: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    other: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
