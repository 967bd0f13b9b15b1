"""Blind comparison of two models' answers: what is compared, and each person's word on each question."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/training/comparison."""
    op.create_table(
        "blind_comparison",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("places", ARRAY(sa.Integer()), nullable=False),
        sa.Column("alike", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("closed_at", moment),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["model_evaluation.id"], name="fk_blind_comparison_evaluation_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_blind_comparison_evaluation_id", "blind_comparison", ["evaluation_id"])
    op.create_table(
        "blind_vote",
        sa.Column("comparison_id", sa.Uuid(), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("staff_id", sa.Uuid(), primary_key=True),
        sa.Column("staff_name", sa.Text(), nullable=False),
        sa.Column("winner", sa.Text(), nullable=False),
        sa.Column("is_swapped", sa.Boolean(), nullable=False),
        sa.Column("reasons", ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["comparison_id"], ["blind_comparison.id"], name="fk_blind_vote_comparison_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("blind_vote")
    op.drop_table("blind_comparison")
