"""Memory: the running summary of a long conversation, and what customers let us remember of them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A summary goes with its conversation, a fact with its customer's consent."""
    op.create_table(
        "conversation_summary",
        sa.Column(
            "conversation_id",
            sa.Uuid,
            sa.ForeignKey("conversation.id", ondelete="CASCADE", name="fk_conversation_summary_conversation_id"),
            primary_key=True,
        ),
        sa.Column("upto", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )
    op.create_table(
        "customer_memory",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("consent", sa.Boolean, nullable=False),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )
    op.create_table(
        "customer_fact",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "user_id",
            sa.Text,
            sa.ForeignKey("customer_memory.user_id", ondelete="CASCADE", name="fk_customer_fact_user_id"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('profile', 'case')", name="ck_customer_fact_kind"),
    )
    op.create_index("uq_customer_fact", "customer_fact", ["user_id", "kind", "key"], unique=True)


def downgrade() -> None:
    """Drops them."""
    for table in ("customer_fact", "customer_memory", "conversation_summary"):
        op.drop_table(table)
