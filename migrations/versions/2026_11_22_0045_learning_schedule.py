"""Learning by itself: builds of dataset versions as jobs, and the switches of the nightly and the weekly work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/training/building/tables.py and app/training/scheduling/tables.py."""
    op.create_table(
        "dataset_build",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("dataset_id", sa.Uuid, nullable=True),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset_version.id"], name="fk_dataset_build_dataset_id"),
    )
    op.create_table(
        "training_schedule",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("nightly", sa.Boolean, nullable=False),
        sa.Column("weekly", sa.Boolean, nullable=False),
        sa.Column("enough_new", sa.Integer, nullable=False),
        sa.Column("last_night", JSONB, nullable=True),
        sa.Column("last_week", JSONB, nullable=True),
        sa.Column("changed_by_name", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )


def downgrade() -> None:
    """Forgets orders and switches; versions stay."""
    op.drop_table("training_schedule")
    op.drop_table("dataset_build")
