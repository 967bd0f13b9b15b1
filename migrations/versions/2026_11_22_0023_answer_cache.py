"""The answer cache: kept answers, lost with a crash, and how often they served each day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """The tables of app/answering/cache/tables.py."""
    op.create_table(
        "cached_answer",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("canonical", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("terms", ARRAY(sa.Text), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("chunk_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("marks", ARRAY(sa.Text), nullable=False),
        sa.Column("faq_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("answer", JSONB, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        prefixes=["UNLOGGED"],
    )
    op.create_index("uq_cached_answer_question", "cached_answer", ["scope", "canonical"], unique=True)
    op.create_index("ix_cached_answer_terms", "cached_answer", ["terms"], postgresql_using="gin")
    op.create_index("ix_cached_answer_expires_at", "cached_answer", ["expires_at"])
    op.create_table(
        "answer_cache_use",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("how", sa.Text, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Kept answers go."""
    op.drop_table("answer_cache_use")
    op.drop_table("cached_answer")
