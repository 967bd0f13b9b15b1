"""Feedback: ratings and corrections."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/feedback/tables.py."""
    op.create_table(
        "rating",
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("conversation_id", sa.Uuid, nullable=False),
        sa.Column("vote", sa.Text, nullable=False),
        sa.Column("reasons", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
    )
    op.create_index("ix_rating_conversation_id", "rating", ["conversation_id"])
    op.create_index("ix_rating_vote", "rating", ["vote", "updated_at"])
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("conversation_id", sa.Uuid, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("wrong_answer", sa.Text, nullable=False),
        sa.Column("right_answer", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("prompt", JSONB),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("proposed_by", sa.Uuid, nullable=False),
        sa.Column("proposed_by_name", sa.Text, nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("reviewed_by", sa.Uuid),
        sa.Column("reviewed_by_name", sa.Text),
        sa.Column("reviewed_at", moment),
    )
    op.create_index(
        "uq_correction_open", "correction", ["message_id"], unique=True, postgresql_where=sa.text("state = 'proposed'")
    )
    op.create_index("ix_correction_message_id", "correction", ["message_id"])
    op.create_index("ix_correction_state", "correction", ["state", "id"])


def downgrade() -> None:
    """Drops them."""
    op.drop_table("correction")
    op.drop_table("rating")
