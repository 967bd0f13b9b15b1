"""Desk tools: canned replies, mentions, what is asked of customers afterwards, messages left out of hours."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def _conversation(**more: bool) -> sa.Column[object]:
    return sa.Column(
        "conversation_id", sa.Uuid, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, **more
    )


def upgrade() -> None:
    """The tables of app/escalation/{canned,mentions,closing,hours}, and columns of what stood before."""
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("owner_id", sa.Uuid),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("initials", sa.Text, nullable=False),
        sa.Column("pinyin", sa.Text, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False, server_default="0"),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("updated_by", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", moment, nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_canned_reply_owner_id", "canned_reply", ["owner_id", "title"])
    op.create_table(
        "desk_mention",
        sa.Column("note_id", sa.Uuid, sa.ForeignKey("desk_note.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("staff_id", sa.Uuid, primary_key=True),
        _conversation(),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("seen_at", moment),
    )
    op.create_index("ix_desk_mention_unseen", "desk_mention", ["staff_id"], postgresql_where=sa.text("seen_at IS NULL"))
    op.create_index(
        "ix_conversation_visitor",
        "conversation",
        [sa.text("(visitor ->> 'user_id')")],
        postgresql_where=sa.text("visitor IS NOT NULL"),
    )
    op.add_column("desk_note", sa.Column("category", sa.Text))
    op.add_column("survey_response", sa.Column("part", sa.Text, nullable=False, server_default="agent"))
    op.drop_constraint("pk_survey_response", "survey_response")
    op.create_primary_key("pk_survey_response", "survey_response", ["conversation_id", "part"])
    op.create_table(
        "survey_ask",
        _conversation(primary_key=True),
        sa.Column("parts", JSONB, nullable=False),
        sa.Column("agent_id", sa.Uuid),
        sa.Column("agent_name", sa.Text),
        sa.Column("asked_at", moment, nullable=False),
    )
    op.create_table(
        "service_rules",
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("rules", JSONB, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.create_table(
        "left_message",
        _conversation(primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("promised_by", moment),
        sa.Column("return_digest", sa.Text, nullable=False, unique=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("answered_at", moment),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_index("ix_saved_view_owner_id", "saved_view", ["owner_id"])


def downgrade() -> None:
    """Drops them; the verdicts on the bot's part go with them."""
    for table in ("saved_view", "left_message", "service_rules", "survey_ask", "desk_mention", "canned_reply"):
        op.drop_table(table)
    op.execute("DELETE FROM survey_response WHERE part <> 'agent'")
    op.drop_constraint("pk_survey_response", "survey_response")
    op.create_primary_key("pk_survey_response", "survey_response", ["conversation_id"])
    op.drop_column("survey_response", "part")
    op.drop_column("desk_note", "category")
    op.drop_index("ix_conversation_visitor", "conversation")
