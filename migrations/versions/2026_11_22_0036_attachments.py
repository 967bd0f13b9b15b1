"""Attachments: files that customers and staff send with their messages."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None
MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """One table; bytes are in the blob store."""
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conversation_id", sa.Uuid, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
        sa.Column("message_id", sa.Uuid, sa.ForeignKey("message.id", ondelete="CASCADE")),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("uploaded_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("ix_attachment_conversation_id", "attachment", ["conversation_id"])
    for name, column, where in (
        ("ix_attachment_message_id", "message_id", "message_id IS NOT NULL"),
        ("ix_attachment_unsent", "created_at", "message_id IS NULL"),
    ):
        op.create_index(name, "attachment", [column], postgresql_where=sa.text(where))


def downgrade() -> None:
    """Without attachments; their bytes stay in the blob store."""
    op.drop_table("attachment")
