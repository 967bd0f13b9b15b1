"""The table of model versions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class ModelVersionRow(Table):
    """One version of a model; a partial unique index lets only one of a kind be live."""

    __tablename__ = "model_version"
    __table_args__ = (
        Index("uq_model_version_live", "kind", unique=True, postgresql_where=text("state = 'live'")),
        Index("uq_model_version_canary", "kind", unique=True, postgresql_where=text("state = 'canary'")),
        Index("ix_model_version_kind_state", "kind", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    base_model: Mapped[str | None] = mapped_column(Text)
    adapter_path: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    run_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    share: Mapped[float] = mapped_column(default=0.0)
    parent_id: Mapped[UUID | None]
    approved_by: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    live_at: Mapped[datetime | None] = mapped_column(Moment)
