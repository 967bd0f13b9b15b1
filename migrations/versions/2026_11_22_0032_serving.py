"""Serving: traffic shares and lineage of models, evaluations of candidates with their gate, shadow answers, rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The columns of app/model_registry/tables.py, the tables of app/training/judging and app/training/rollout."""
    op.add_column("model_version", sa.Column("share", sa.Float, nullable=False, server_default="0"))
    op.add_column("model_version", sa.Column("parent_id", sa.Uuid))
    op.add_column("model_version", sa.Column("approved_by", sa.Text, nullable=False, server_default=""))
    op.add_column("model_version", sa.Column("changed_at", moment))
    op.add_column("model_version", sa.Column("live_at", moment))
    op.create_index(
        "uq_model_version_canary", "model_version", ["kind"], unique=True, postgresql_where=sa.text("state = 'canary'")
    )
    op.create_table(
        "model_evaluation",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("model_id", sa.Uuid, nullable=False),
        sa.Column("against_id", sa.Uuid),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("figures", JSONB(none_as_null=True)),
        sa.Column("verdict", JSONB(none_as_null=True)),
        sa.Column("error_code", sa.Text),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("finished_at", moment),
    )
    op.create_index("ix_model_evaluation_model_id", "model_evaluation", ["model_id"])
    op.create_table(
        "model_evaluation_row",
        sa.Column(
            "evaluation_id",
            sa.Uuid,
            sa.ForeignKey("model_evaluation.id", ondelete="CASCADE", name="fk_model_evaluation_row_evaluation_id"),
            primary_key=True,
        ),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("now", JSONB(none_as_null=True)),
        sa.Column("new", JSONB(none_as_null=True)),
    )
    for table in ("model_gate", "model_guard"):
        op.create_table(
            table,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("rules", JSONB, nullable=False),
            sa.Column("changed_by_name", sa.Text, nullable=False),
            sa.Column("changed_at", moment, nullable=False),
            sa.CheckConstraint("id = 1", name=f"ck_{table}_one_row"),
        )
    op.create_table(
        "shadow_answer",
        sa.Column("model_id", sa.Uuid, primary_key=True),
        sa.Column("answer_id", sa.Uuid, primary_key=True),
        sa.Column("conversation_id", sa.Uuid, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("live_text", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("first_token_ms", sa.Float),
        sa.Column("total_ms", sa.Float),
        sa.Column("similarity", sa.Float),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_index("ix_shadow_answer_conversation_id", "shadow_answer", ["conversation_id"])


def downgrade() -> None:
    """Drops them."""
    for table in ("shadow_answer", "model_guard", "model_gate", "model_evaluation_row", "model_evaluation"):
        op.drop_table(table)
    op.drop_index("uq_model_version_canary", "model_version")
    for column in ("live_at", "changed_at", "approved_by", "parent_id", "share"):
        op.drop_column("model_version", column)
