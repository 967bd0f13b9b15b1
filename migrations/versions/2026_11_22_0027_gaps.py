"""Corrections with a place and a way to publication; failed questions and the gaps they form; sent suggestions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)
NEW = ("owner_name", "problem", "override_reason", "overridden_by")
OPEN = "state IN ('draft', 'in_review') AND gap_id IS NULL"


def upgrade() -> None:
    """New columns with defaults, the old word for what waits for review, and the tables of gaps."""
    for name, kind, default in (
        ("place", sa.Text, "training"),
        ("faults", ARRAY(sa.Text), "{}"),
        ("citations", JSONB, "[]"),
        ("questions", ARRAY(sa.Text), "{}"),
        ("version", sa.Integer, "1"),
    ):
        op.add_column("correction", sa.Column(name, kind, nullable=False, server_default=default))
    for name in ("base_id", "faq_id", "chunk_id", "gap_id", "published_faq_id", "job_id"):
        op.add_column("correction", sa.Column(name, sa.Uuid))
    for name in (*NEW, "passage_text"):
        op.add_column("correction", sa.Column(name, sa.Text))
    op.add_column("correction", sa.Column("target_version", sa.Integer))
    for name in ("valid_until", "published_at"):
        op.add_column("correction", sa.Column(name, moment))
    for name in ("evidence", "trial"):
        op.add_column("correction", sa.Column(name, JSONB))
    op.drop_index("uq_correction_open", "correction")
    op.execute("UPDATE correction SET state = 'in_review' WHERE state = 'proposed'")
    op.create_index("uq_correction_open", "correction", ["message_id"], unique=True, postgresql_where=sa.text(OPEN))
    op.create_index(
        "uq_correction_of_gap",
        "correction",
        ["gap_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'in_review', 'accepted')"),
    )
    op.create_table(
        "feedback_rules",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("four_eyes", sa.Boolean, nullable=False),
        sa.Column("changed_by_name", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.create_table(
        "suggestion_pair",
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.Uuid,
            sa.ForeignKey("conversation.id", ondelete="CASCADE", name="fk_suggestion_pair_conversation_id"),
            nullable=False,
        ),
        sa.Column("suggested", sa.Text, nullable=False),
        sa.Column("sent", sa.Text, nullable=False),
        sa.Column("edited", sa.Boolean, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("citations", JSONB, nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_index("ix_suggestion_pair_conversation_id", "suggestion_pair", ["conversation_id"])
    _create_gaps()


def _create_gaps() -> None:
    op.create_table(
        "gap",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("correction_id", sa.Uuid),
        sa.Column("changed_by_name", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("settled_at", moment),
    )
    op.create_index("ix_gap_state", "gap", ["state", "id"])
    op.create_table(
        "gap_question",
        sa.Column("question_id", sa.Uuid, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.Uuid,
            sa.ForeignKey("conversation.id", ondelete="CASCADE", name="fk_gap_question_conversation_id"),
            nullable=False,
        ),
        sa.Column("message_id", sa.Uuid),
        sa.Column("signs", ARRAY(sa.Text), nullable=False),
        sa.Column("reasons", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("at", moment, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("canonical", sa.Text),
        sa.Column("locale", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("gap_id", sa.Uuid, sa.ForeignKey("gap.id", ondelete="SET NULL", name="fk_gap_question_gap_id")),
        sa.Column("embedder_id", sa.Uuid),
        sa.Column("vector", sa.LargeBinary),
    )
    op.create_index("ix_gap_question_gap_id", "gap_question", ["gap_id", "at"])
    op.create_index("ix_gap_question_canonical", "gap_question", ["canonical"])
    op.create_index("ix_gap_question_conversation_id", "gap_question", ["conversation_id"])
    op.create_index(
        "ix_gap_question_waiting", "gap_question", ["at"], postgresql_where=sa.text("gap_id IS NULL AND text IS NULL")
    )
    op.create_index(
        "ix_gap_question_exemplar", "gap_question", ["gap_id"], postgresql_where=sa.text("vector IS NOT NULL")
    )
    op.create_table(
        "gap_fit",
        sa.Column("embedder_id", sa.Uuid, primary_key=True),
        sa.Column("least", sa.Double, nullable=False),
        sa.Column("figures", JSONB, nullable=False),
        sa.Column("fitted_at", moment, nullable=False),
    )


def downgrade() -> None:
    """Drops them; what is a draft or published is no correction to the older program."""
    for table in ("gap_fit", "gap_question", "gap", "suggestion_pair", "feedback_rules"):
        op.drop_table(table)
    op.drop_index("uq_correction_of_gap", "correction")
    op.drop_index("uq_correction_open", "correction")
    op.execute("UPDATE correction SET state = 'proposed' WHERE state = 'in_review'")
    op.execute("UPDATE correction SET state = 'accepted' WHERE state = 'published'")
    op.execute("DELETE FROM correction WHERE state = 'draft'")
    op.execute(
        "DELETE FROM correction c USING correction d WHERE c.state = 'proposed' AND d.state = 'proposed'"
        " AND c.message_id = d.message_id AND c.id > d.id"
    )
    op.create_index(
        "uq_correction_open", "correction", ["message_id"], unique=True, postgresql_where=sa.text("state = 'proposed'")
    )
    for name in (
        *("evidence", "trial", "valid_until", "published_at", "target_version", "passage_text"),
        *NEW,
        *("base_id", "faq_id", "chunk_id", "gap_id", "published_faq_id", "job_id"),
        *("place", "faults", "citations", "questions", "version"),
    ):
        op.drop_column("correction", name)
