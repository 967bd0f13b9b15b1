"""Tables of imports: a file between its report and its confirmation, and the report's rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class FaqImportRow(Table):
    """One uploaded file; `revision` rises when the report is made anew because the base changed."""

    __tablename__ = "faq_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    base_id: Mapped[UUID] = mapped_column(ForeignKey("base.id", ondelete="CASCADE"))
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    blob_key: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(Text)
    counts: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    job_id: Mapped[UUID | None]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class FaqImportLineRow(Table):
    """One row of a report, numbered in the file's order; `row` is its line in the file."""

    __tablename__ = "faq_import_row"
    __table_args__ = (Index("ix_faq_import_row_kind", "import_id", "kind", "number"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("faq_import.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    other_row: Mapped[int | None]
    faq_id: Mapped[UUID | None]
    faq_version: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    draft: Mapped[dict[str, Any]]
