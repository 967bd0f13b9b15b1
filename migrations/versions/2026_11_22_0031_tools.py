"""Tools: servers, the tools at them, the audit of calls, and what customers confirm."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Four tables, and a column that says which answer carries out what a customer confirmed."""
    op.create_table(
        "tool_source",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("base_url", sa.Text, nullable=False),
        sa.Column("command", JSONB, nullable=False),
        sa.Column("secrets", JSONB, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_table(
        "tool",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "source_id",
            sa.Uuid,
            sa.ForeignKey("tool_source.id", ondelete="CASCADE", name="fk_tool_source_id"),
            nullable=False,
        ),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("spec", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated_by", sa.Text, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_index("ix_tool_source_id", "tool", ["source_id"])
    op.create_table(
        "tool_call",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tool_id", sa.Uuid, nullable=False),
        sa.Column("tool_name", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("conversation_id", sa.Uuid),
        sa.Column("confirmation_id", sa.Uuid),
        sa.Column("arguments", JSONB, nullable=False),
        sa.Column("ending", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("ms", sa.Float, nullable=False),
        sa.Column("result", JSONB),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_tool_call_tool_id", "tool_call", ["tool_id", "id"])
    op.create_index("uq_tool_call_confirmation_id", "tool_call", ["confirmation_id"], unique=True)
    op.create_table(
        "tool_confirmation",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.Uuid,
            sa.ForeignKey("conversation.id", ondelete="CASCADE", name="fk_tool_confirmation_conversation_id"),
            nullable=False,
        ),
        sa.Column("answer_id", sa.Uuid, nullable=False),
        sa.Column("tool_id", sa.Uuid, nullable=False),
        sa.Column("tool_version", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("fields", JSONB, nullable=False),
        sa.Column("arguments", JSONB, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("ix_tool_confirmation_conversation_id", "tool_confirmation", ["conversation_id"])
    op.add_column("answer_run", sa.Column("confirmation_id", sa.Uuid))


def downgrade() -> None:
    """Drops them."""
    op.drop_column("answer_run", "confirmation_id")
    for table in ("tool_confirmation", "tool_call", "tool", "tool_source"):
        op.drop_table(table)
