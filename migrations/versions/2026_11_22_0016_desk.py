"""The desk: notes of the staff, and an index over the conversations that wait for or are with a person."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The table desk_note of app/escalation/tables.py, and the desk's index over conversations."""
    op.create_table(
        "desk_note",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conversation_id", sa.Uuid, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
        sa.Column("after_seq", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("author_id", sa.Uuid, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_index("ix_desk_note_conversation_id", "desk_note", ["conversation_id", "created_at"])
    op.create_index(
        "ix_conversation_with_people",
        "conversation",
        ["owner", "agent_id"],
        postgresql_where=sa.text("owner IN ('queue', 'agent')"),
    )


def downgrade() -> None:
    """Drops both."""
    op.drop_index("ix_conversation_with_people", "conversation")
    op.drop_table("desk_note")
