"""Evaluation: regression sets and questions, runs with a row per question, the gate."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/evaluation/tables.py."""
    op.create_table(
        "regression_set",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.UniqueConstraint("name", name="uq_regression_set_name"),
    )
    op.create_table(
        "regression_question",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "set_id",
            sa.Uuid,
            sa.ForeignKey("regression_set.id", ondelete="CASCADE", name="fk_regression_question_set_id"),
            nullable=False,
        ),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
    )
    op.create_index("ix_regression_question_set_id", "regression_question", ["set_id"])
    op.create_table(
        "evaluation_run",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column(
            "set_id",
            sa.Uuid,
            sa.ForeignKey("regression_set.id", ondelete="SET NULL", name="fk_evaluation_run_set_id"),
        ),
        sa.Column("set_name", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("job_id", sa.Uuid),
        sa.Column("options", JSONB, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("figures", JSONB),
        sa.Column("verdict", JSONB),
        sa.Column("compared_with", sa.Uuid),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("finished_at", moment),
    )
    op.create_index("ix_evaluation_run_kind", "evaluation_run", ["kind", "set_id"])
    op.create_table(
        "evaluation_result",
        sa.Column(
            "run_id",
            sa.Uuid,
            sa.ForeignKey("evaluation_run.id", ondelete="CASCADE", name="fk_evaluation_result_run_id"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("question_id", sa.Uuid),
        sa.Column("question", JSONB, nullable=False),
        sa.Column("judged", JSONB),
    )
    op.create_table(
        "evaluation_gate",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("rules", JSONB, nullable=False),
        sa.Column("changed_by_name", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_evaluation_gate_one_row"),
    )


def downgrade() -> None:
    """Drops them."""
    for table in (
        "evaluation_gate",
        "evaluation_result",
        "evaluation_run",
        "regression_question",
        "regression_set",
    ):
        op.drop_table(table)
