"""Tables of changing the embedder: candidates, runs, and the parts of a run that workers share."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class CandidateRow(Table):
    """A served model that could become the embedder; its key is sealed. `probe`: what it said when last asked."""

    __tablename__ = "embed_candidate"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    base_url: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    sealed_key: Mapped[str | None] = mapped_column(Text)
    dimensions: Mapped[int | None]
    query_prefix: Mapped[str | None] = mapped_column(Text)
    passage_prefix: Mapped[str | None] = mapped_column(Text)
    probe: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class RunRow(Table):
    """One embedder on its way to the present; at most one run is not over. `samples`: [moment, done] pairs."""

    __tablename__ = "embed_run"
    __table_args__ = (
        Index(
            "uq_embed_run_open",
            text("(true)"),
            unique=True,
            postgresql_where=text("state IN ('running', 'paused', 'failed', 'ready')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    embedder_id: Mapped[UUID]
    origin: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    then_switch: Mapped[bool] = mapped_column(default=False)
    override: Mapped[str | None] = mapped_column(Text)
    target: Mapped[float]
    error_code: Mapped[str | None] = mapped_column(Text)
    error_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    comparison: Mapped[dict[str, Any]] = mapped_column(default=dict)
    samples: Mapped[list[Any]] = mapped_column(default=list)
    sampled_at: Mapped[datetime] = mapped_column(Moment, default=now)
    rung_at: Mapped[datetime] = mapped_column(Moment, default=now)
    created_by: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class PartRow(Table):
    """A piece of a run's present stage; whoever holds its lease works on it. `total`, `done`: chunks, when it fills."""

    __tablename__ = "embed_part"
    __table_args__ = (Index("ix_embed_part_run_id", "run_id", "stage", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("embed_run.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    first_id: Mapped[UUID | None]
    last_id: Mapped[UUID | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Text, default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[UUID | None]
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
