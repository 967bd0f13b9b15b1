"""Quality inspection: the score form by version, and the inspected parts of conversations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/escalation/inspection/tables.py."""
    op.create_table(
        "inspection_form",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("criteria", JSONB, nullable=False),
        sa.Column("plan", JSONB, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.create_table(
        "inspection",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conversation_id", sa.Uuid, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Uuid),
        sa.Column("agent_name", sa.Text, nullable=False),
        sa.Column("group_id", sa.Uuid),
        sa.Column("form_version", sa.Integer, nullable=False),
        sa.Column("why", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
        sa.Column("marks", JSONB, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("fatal", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("inspector_id", sa.Uuid),
        sa.Column("inspector_name", sa.Text, nullable=False),
        sa.Column("recheck", JSONB),
        sa.Column("appeal", JSONB),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("scored_at", moment),
        sa.UniqueConstraint("conversation_id", "part", name="uq_inspection_part"),
    )
    op.create_index("ix_inspection_state", "inspection", ["state", "id"])
    op.create_index("ix_inspection_agent_id", "inspection", ["agent_id", "scored_at"])


def downgrade() -> None:
    """Scores go."""
    op.drop_table("inspection")
    op.drop_table("inspection_form")
