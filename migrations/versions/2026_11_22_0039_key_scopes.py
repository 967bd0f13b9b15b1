"""Scopes that narrow an API key, and who made it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns; keys that are there keep all that their role may."""
    op.add_column("api_key", sa.Column("scopes", JSONB))
    op.add_column("api_key", sa.Column("created_by", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Drops them; a narrowed key would open all of its role, so those are revoked."""
    op.execute("UPDATE api_key SET revoked_at = now() WHERE scopes IS NOT NULL AND revoked_at IS NULL")
    op.drop_column("api_key", "created_by")
    op.drop_column("api_key", "scopes")
