"""Conversations: threads, messages, events, answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

moment = TIMESTAMP(timezone=True)


def _belongs_to(table: str, parent: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{parent}.id", ondelete="CASCADE", name=f"fk_{table}_{parent}_id")


def _threads() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("token_digest", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("lifecycle", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("open_answers", sa.Integer, nullable=False),
        sa.Column("visitor", JSONB),
        sa.Column("agent_id", sa.Uuid),
        sa.Column("agent_name", sa.Text),
        sa.Column("handoff_reason", sa.Text),
        sa.Column("queued_at", moment),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("last_message_at", moment),
    )
    op.create_index("ix_conversation_last", "conversation", [sa.text("last_message_at DESC"), sa.text("id DESC")])
    op.create_index("ix_conversation_queue", "conversation", ["queued_at"], postgresql_where=sa.text("owner = 'queue'"))
    op.create_table(
        "conversation_event",
        sa.Column("conversation_id", sa.Uuid, _belongs_to("conversation_event", "conversation"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("message_id", sa.Uuid),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "visitor_nonce",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("expires_at", moment, nullable=False),
    )


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conversation_id", sa.Uuid, _belongs_to("message", "conversation"), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("client_id", sa.Text),
        sa.Column("reply_to", sa.Uuid),
        sa.Column("outcome", sa.Text),
        sa.Column("composer", sa.Text),
        sa.Column("suggestions", JSONB),
        sa.Column("agent_name", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.UniqueConstraint("conversation_id", "seq", name="uq_message_place"),
    )
    op.create_index(
        "uq_message_client_id",
        "message",
        ["conversation_id", "client_id"],
        unique=True,
        postgresql_where=sa.text("client_id IS NOT NULL"),
    )
    op.create_table(
        "citation",
        sa.Column("message_id", sa.Uuid, _belongs_to("citation", "message"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("document_id", sa.Uuid, index=True),
        sa.Column("faq_id", sa.Uuid),
        sa.Column("chunk_id", sa.Uuid),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("heading_path", JSONB, nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("quote", sa.Text, nullable=False),
    )


def _answers() -> None:
    op.create_table(
        "answer_run",
        sa.Column("answer_id", sa.Uuid, primary_key=True),
        sa.Column("conversation_id", sa.Uuid, _belongs_to("answer_run", "conversation"), nullable=False),
        sa.Column("question_id", sa.Uuid, nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("node_id", sa.Uuid),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("stop_requested", sa.Boolean, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("started_at", moment),
        sa.Column("ended_at", moment),
    )
    op.create_index(
        "ix_answer_run_open", "answer_run", ["conversation_id"], postgresql_where=sa.text("state <> 'done'")
    )
    op.create_index(
        "uq_answer_run_running",
        "answer_run",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "answer_node",
        sa.Column("node_id", sa.Uuid, primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("beat_at", moment, nullable=False),
    )
    op.create_table(
        "answer_trace",
        sa.Column("answer_id", sa.Uuid, primary_key=True),
        sa.Column("conversation_id", sa.Uuid, _belongs_to("answer_trace", "conversation"), nullable=False, index=True),
        sa.Column("trace", JSONB, nullable=False),
        sa.Column("timings", JSONB, nullable=False),
        sa.Column("usage", JSONB, nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )


def _surveys() -> None:
    op.create_table(
        "survey_response",
        sa.Column("conversation_id", sa.Uuid, _belongs_to("survey_response", "conversation"), primary_key=True),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("resolved", sa.Boolean),
        sa.Column("comment", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )


def upgrade() -> None:
    """Makes the tables of conversations and of escalation."""
    _threads()
    _messages()
    _answers()
    _surveys()
    op.execute(
        """CREATE TRIGGER conversation_event_is_append_only BEFORE UPDATE ON conversation_event
        FOR EACH ROW EXECUTE FUNCTION refuse_change()"""
    )


def downgrade() -> None:
    """Drops them."""
    for table in (
        "survey_response",
        "answer_trace",
        "answer_node",
        "answer_run",
        "citation",
        "message",
        "visitor_nonce",
        "conversation_event",
        "conversation",
    ):
        op.drop_table(table)
