"""Training runs: validation losses, a log, facts, whom a run waits for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def _run() -> sa.Column[object]:
    return sa.Column("run_id", sa.Uuid, primary_key=True)


def upgrade() -> None:
    """The new columns and tables of app/training/tables.py."""
    op.add_column("train_run", sa.Column("validation_loss", sa.Float))
    op.add_column("train_run", sa.Column("waiting_for", sa.Uuid))
    op.add_column("train_run", sa.Column("wish", sa.Text))
    op.add_column("train_run", sa.Column("facts", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")))
    op.add_column("train_metric", sa.Column("memory_mb", sa.Float, nullable=False, server_default="0"))
    for table, columns in (
        (
            "train_validation",
            [sa.Column("step", sa.Integer, primary_key=True), sa.Column("loss", sa.Float, nullable=False)],
        ),
        (
            "train_log",
            [
                sa.Column("number", sa.Integer, primary_key=True),
                sa.Column("level", sa.Text, nullable=False),
                sa.Column("text", sa.Text, nullable=False),
            ],
        ),
    ):
        op.create_table(
            table,
            _run(),
            *columns,
            sa.Column("at", moment, nullable=False),
            sa.ForeignKeyConstraint(["run_id"], ["train_run.id"], name=f"fk_{table}_run_id", ondelete="CASCADE"),
        )


def downgrade() -> None:
    """Drops them."""
    for table in ("train_log", "train_validation"):
        op.drop_table(table)
    op.drop_column("train_metric", "memory_mb")
    for column in ("facts", "wish", "waiting_for", "validation_loss"):
        op.drop_column("train_run", column)
