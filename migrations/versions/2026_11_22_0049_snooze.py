"""Conversations that people of the staff put aside until a moment."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table of app/escalation/snooze/tables.py."""
    op.create_table(
        "desk_snooze",
        sa.Column("conversation_id", sa.Uuid, sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("until", sa.TIMESTAMP(timezone=True), nullable=False),
    )
    op.create_index("ix_desk_snooze_until", "desk_snooze", ["until"])


def downgrade() -> None:
    """What sleeps sleeps until somebody writes."""
    op.drop_table("desk_snooze")
