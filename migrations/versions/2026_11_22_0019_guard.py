"""Guard: sensitive words, allowed links and banked questions, every change a version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table; without a row the built-in settings are in force."""
    op.create_table(
        "guard_version",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("settings", JSONB, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("guard_version")
