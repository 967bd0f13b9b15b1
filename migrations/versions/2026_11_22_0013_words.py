"""Words: synonyms and protected terms of a base or of all, every change a version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table; without a row there are only the built-in everyday words."""
    op.create_table(
        "words_version",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("base_id", sa.Uuid, sa.ForeignKey("base.id", ondelete="CASCADE", name="fk_words_version_base_id")),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("synonyms", JSONB, nullable=False),
        sa.Column("protected", JSONB, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("job_id", sa.Uuid),
        sa.Column("reindexed", sa.Integer),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )
    op.create_index(
        "uq_words_version", "words_version", ["base_id", "number"], unique=True, postgresql_nulls_not_distinct=True
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("words_version")
