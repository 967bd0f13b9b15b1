"""Training: datasets, runs, metrics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/training/tables.py; a dataset version may be deleted, for privacy, but never changed."""
    op.create_table(
        "dataset_version",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("blob_key", sa.Text, nullable=False),
        sa.Column("manifest", JSONB, nullable=False),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.UniqueConstraint("name", "version", name="uq_dataset_version_name_version"),
        sa.UniqueConstraint("name", "sha256", name="uq_dataset_version_name_sha256"),
    )
    op.execute(
        """CREATE TRIGGER dataset_version_never_changes BEFORE UPDATE ON dataset_version
        FOR EACH ROW EXECUTE FUNCTION refuse_change()"""
    )
    op.create_table(
        "train_run",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "dataset_id",
            sa.Uuid,
            sa.ForeignKey("dataset_version.id", name="fk_train_run_dataset_id"),
            nullable=False,
        ),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("base_model", sa.Text, nullable=False),
        sa.Column("settings", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("total_steps", sa.Integer, nullable=False),
        sa.Column("resumed_from", sa.Integer, nullable=False),
        sa.Column("loss", sa.Float),
        sa.Column("tokens_per_second", sa.Float),
        sa.Column("device", sa.Text),
        sa.Column("evaluation", JSONB),
        sa.Column("adapter_path", sa.Text),
        sa.Column("adapter_sha256", sa.Text),
        sa.Column("model_id", sa.Uuid),
        sa.Column("error_code", sa.Text),
        sa.Column("error_detail", sa.Text),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("started_at", moment),
        sa.Column("finished_at", moment),
    )
    op.create_index("ix_train_run_dataset_id", "train_run", ["dataset_id"])
    op.create_table(
        "train_metric",
        sa.Column(
            "run_id",
            sa.Uuid,
            sa.ForeignKey("train_run.id", ondelete="CASCADE", name="fk_train_metric_run_id"),
            primary_key=True,
        ),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("loss", sa.Float, nullable=False),
        sa.Column("learning_rate", sa.Float, nullable=False),
        sa.Column("grad_norm", sa.Float, nullable=False),
        sa.Column("token_accuracy", sa.Float, nullable=False),
        sa.Column("tokens_per_second", sa.Float, nullable=False),
        sa.Column("at", moment, nullable=False),
    )


def downgrade() -> None:
    """Drops them."""
    for table in ("train_metric", "train_run", "dataset_version"):
        op.drop_table(table)
