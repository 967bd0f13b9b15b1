"""Understanding by a model: each version of the intents says whether the chat model reads turns too."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The column of app/answering/intents/tables.py."""
    op.add_column("intent_version", sa.Column("with_model", sa.Boolean, nullable=False, server_default="false"))


def downgrade() -> None:
    """Drops it."""
    op.drop_column("intent_version", "with_model")
