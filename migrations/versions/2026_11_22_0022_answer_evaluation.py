"""Answer evaluation: runs over labelled questions, with a row per question."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/evaluation/answers/tables.py."""
    op.create_table(
        "answer_evaluation",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("job_id", sa.Uuid),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("settings", JSONB, nullable=False),
        sa.Column("figures", JSONB),
        sa.Column("compared_with", sa.Uuid),
        sa.Column("error_code", sa.Text),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("finished_at", moment),
    )
    op.create_index("ix_answer_evaluation_name", "answer_evaluation", ["name", "id"])
    op.create_table(
        "answer_evaluation_result",
        sa.Column(
            "run_id",
            sa.Uuid,
            sa.ForeignKey("answer_evaluation.id", ondelete="CASCADE", name="fk_answer_evaluation_result_run_id"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("asked", JSONB, nullable=False),
        sa.Column("judged", JSONB),
    )


def downgrade() -> None:
    """Runs go."""
    op.drop_table("answer_evaluation_result")
    op.drop_table("answer_evaluation")
