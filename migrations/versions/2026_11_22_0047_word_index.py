"""The word index of conversations: their terms, and how far each is indexed; a job fills it for all there are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table of app/conversations/word_index/tables.py."""
    op.create_table(
        "conversation_terms",
        sa.Column("conversation_id", sa.Uuid, sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("terms", ARRAY(sa.Text), nullable=False),
    )
    op.create_index("ix_conversation_terms", "conversation_terms", ["terms"], postgresql_using="gin")
    op.add_column("conversation", sa.Column("indexed_to", sa.TIMESTAMP(timezone=True)))
    behind = sa.Computed("last_message_at IS DISTINCT FROM indexed_to", persisted=True)
    op.add_column("conversation", sa.Column("unindexed", sa.Boolean, behind, nullable=False))
    op.create_index(
        "ix_conversation_unindexed",
        "conversation",
        ["last_message_at"],
        postgresql_where=sa.text("unindexed"),
    )


def downgrade() -> None:
    """Searches scan again."""
    op.drop_index("ix_conversation_unindexed", "conversation")
    op.drop_column("conversation", "unindexed")
    op.drop_column("conversation", "indexed_to")
    op.drop_table("conversation_terms")
