"""Intents: the list of intents with their example phrases, every change a version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Without rows the built-in intents are in force."""
    op.create_table(
        "intent_version",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cards", JSONB, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("intent_version")
