"""The base that is there from the beginning gets a name people can read in both languages."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

FIRST_BASE = "00000000-0000-7000-8000-000000000001"


def upgrade() -> None:
    """A name somebody gave it stays."""
    op.execute(f"UPDATE base SET name = '默认 Default' WHERE id = '{FIRST_BASE}' AND name = 'default'")


def downgrade() -> None:
    """The name it had."""
    op.execute(f"UPDATE base SET name = 'default' WHERE id = '{FIRST_BASE}' AND name = '默认 Default'")
