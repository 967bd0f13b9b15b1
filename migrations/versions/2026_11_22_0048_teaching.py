"""Teaching: orders for a big model's answers, and what it said, kept by the digest of each prompt."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/training/teaching."""
    op.create_table(
        "distillation",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("teacher", sa.Text(), nullable=False),
        sa.Column("teacher_name", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("price", JSONB()),
        sa.Column("dataset_id", sa.Uuid()),
        sa.Column("figures", JSONB(), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset_version.id"], name="fk_distillation_dataset_id"),
    )
    op.create_table(
        "teacher_text",
        sa.Column("teacher", sa.Text(), primary_key=True),
        sa.Column("purpose", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("conversation_id", sa.Uuid()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("finish", sa.Text(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_index("ix_teacher_text_conversation_id", "teacher_text", ["conversation_id"])


def downgrade() -> None:
    """Drops them."""
    op.drop_table("teacher_text")
    op.drop_table("distillation")
