"""Documents: drafts of other settings, and how much a base may hold."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None
MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """One table, and two limits of a base that are empty for none."""
    op.create_table(
        "document_draft",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "document_id",
            sa.Uuid,
            sa.ForeignKey("document.id", ondelete="CASCADE", name="fk_document_draft_document_id"),
            nullable=False,
            unique=True,
        ),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("settings", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("job_id", sa.Uuid),
        sa.Column("error_code", sa.Text),
        sa.Column("error_values", JSONB),
        sa.Column("blob_key", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.add_column("base", sa.Column("most_documents", sa.Integer))
    op.add_column("base", sa.Column("most_bytes", sa.BigInteger))


def downgrade() -> None:
    op.drop_column("base", "most_bytes")
    op.drop_column("base", "most_documents")
    op.drop_table("document_draft")
