"""Model registry: versions of models."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table of app/model_registry/tables.py."""
    op.create_table(
        "model_version",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("base_model", sa.Text),
        sa.Column("adapter_path", sa.Text),
        sa.Column("sha256", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("run_id", sa.Uuid),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("details", JSONB, nullable=False),
    )
    op.create_index(
        "uq_model_version_live", "model_version", ["kind"], unique=True, postgresql_where=sa.text("state = 'live'")
    )
    op.create_index("ix_model_version_kind_state", "model_version", ["kind", "state"])


def downgrade() -> None:
    """Drops it."""
    op.drop_table("model_version")
