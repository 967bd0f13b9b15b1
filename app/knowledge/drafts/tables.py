"""The table of drafts: at most one for a document; its passages and vectors lie in the blob store."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class DraftRow(Table):
    """What other settings would make of the bytes a document had under `version_number`; `state`: see DraftState."""

    __tablename__ = "document_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), unique=True)
    version_number: Mapped[int]
    settings: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(Text, default="running")
    job_id: Mapped[UUID | None]
    error_code: Mapped[str | None] = mapped_column(Text)
    error_values: Mapped[dict[str, Any] | None]
    blob_key: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
