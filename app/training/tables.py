"""Tables of training: dataset versions that never change, fine-tune runs, and their loss curve."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class DatasetVersionRow(Table):
    """One version of a dataset; a trigger refuses every update."""

    __tablename__ = "dataset_version"
    __table_args__ = (
        UniqueConstraint("name", "version", name="uq_dataset_version_name_version"),
        UniqueConstraint("name", "sha256", name="uq_dataset_version_name_sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    rows: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    blob_key: Mapped[str] = mapped_column(Text)
    manifest: Mapped[dict[str, Any]]
    created_by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class TrainRunRow(Table):
    """One fine-tune, its progress and what came of it."""

    __tablename__ = "train_run"
    __table_args__ = (Index("ix_train_run_dataset_id", "dataset_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey("dataset_version.id", name="fk_train_run_dataset_id"))
    job_id: Mapped[UUID]
    base_model: Mapped[str] = mapped_column(Text)
    settings: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(Text)
    step: Mapped[int] = mapped_column(default=0)
    total_steps: Mapped[int] = mapped_column(default=0)
    resumed_from: Mapped[int] = mapped_column(default=0)
    loss: Mapped[float | None]
    tokens_per_second: Mapped[float | None]
    device: Mapped[str | None] = mapped_column(Text)
    evaluation: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    adapter_path: Mapped[str | None] = mapped_column(Text)
    adapter_sha256: Mapped[str | None] = mapped_column(Text)
    model_id: Mapped[UUID | None]
    error_code: Mapped[str | None] = mapped_column(Text)
    error_detail: Mapped[str | None] = mapped_column(Text)
    created_by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    validation_loss: Mapped[float | None]
    waiting_for: Mapped[UUID | None]
    wish: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class TrainMetricRow(Table):
    """One logged step of a run; a resumed run writes over the steps it repeats."""

    __tablename__ = "train_metric"

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("train_run.id", ondelete="CASCADE", name="fk_train_metric_run_id"), primary_key=True
    )
    step: Mapped[int] = mapped_column(primary_key=True)
    loss: Mapped[float]
    learning_rate: Mapped[float]
    grad_norm: Mapped[float]
    token_accuracy: Mapped[float]
    tokens_per_second: Mapped[float]
    memory_mb: Mapped[float] = mapped_column(default=0.0)
    margin: Mapped[float | None]
    preferred: Mapped[float | None]
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class TrainValidationRow(Table):
    """The loss on the validation rows after a step."""

    __tablename__ = "train_validation"

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("train_run.id", ondelete="CASCADE", name="fk_train_validation_run_id"), primary_key=True
    )
    step: Mapped[int] = mapped_column(primary_key=True)
    loss: Mapped[float]
    margin: Mapped[float | None]
    preferred: Mapped[float | None]
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class TrainLogRow(Table):
    """One line of a run's log."""

    __tablename__ = "train_log"

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("train_run.id", ondelete="CASCADE", name="fk_train_log_run_id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class DatasetRecipeRow(Table):
    """How the next version is made, and how many people must agree on a row of material; one row."""

    __tablename__ = "dataset_recipe"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    recipe: Mapped[dict[str, Any]]
    reviewers: Mapped[int] = mapped_column(default=1)
    changed_by_name: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class DatasetRowRow(Table):
    """Where one row of a version comes from; its words are in the version's file only."""

    __tablename__ = "dataset_row"
    __table_args__ = (Index("ix_dataset_row_conversation_id", "conversation_id"),)

    dataset_id: Mapped[UUID] = mapped_column(
        ForeignKey("dataset_version.id", ondelete="CASCADE", name="fk_dataset_row_dataset_id"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[UUID]
    conversation_id: Mapped[UUID | None]
    split: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str] = mapped_column(Text)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)


class ErasureRow(Table):
    """A conversation nothing may be learnt from any more."""

    __tablename__ = "training_erasure"

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
