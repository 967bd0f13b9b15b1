"""Erasures of customers as jobs: who ordered one and why, and what it reported."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The table of app/training/customers/tables.py."""
    op.create_table(
        "customer_erasure",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("wanted_user", sa.Text, nullable=True),
        sa.Column("wanted_thread", sa.Uuid, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("report", JSONB, nullable=True),
        sa.Column("ordered_by_name", sa.Text, nullable=False),
        sa.Column("ordered_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
    )
    op.create_index("ix_customer_erasure_reference", "customer_erasure", ["reference"])


def downgrade() -> None:
    """Forgets who was erased when; the audit trail keeps it."""
    op.drop_table("customer_erasure")
