"""Where passages stand on their pages, how a document is to be read, and what reading it showed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Old rows have no boxes until their document is read again."""
    op.add_column("chunk", sa.Column("boxes", JSONB, nullable=False, server_default="[]"))
    op.add_column("chunk", sa.Column("parent", sa.Integer))
    op.add_column("document", sa.Column("parse_settings", JSONB, nullable=False, server_default="{}"))
    op.add_column("document", sa.Column("parse_report", JSONB, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Takes the columns away."""
    for table, column in (
        ("document", "parse_report"),
        ("document", "parse_settings"),
        ("chunk", "parent"),
        ("chunk", "boxes"),
    ):
        op.drop_column(table, column)
