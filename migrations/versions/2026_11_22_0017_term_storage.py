"""Term weights inside their row, where search reads hundreds at a time; from a TOAST table that took most of it.

The keys are only read through their index, so they make room.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Takes no time; a row moves when it is written next."""
    op.execute("ALTER TABLE chunk_terms ALTER lexical SET STORAGE MAIN, ALTER keys SET STORAGE EXTERNAL")


def downgrade() -> None:
    """As PostgreSQL has it by itself; written rows stay readable."""
    op.execute("ALTER TABLE chunk_terms ALTER lexical SET STORAGE EXTENDED, ALTER keys SET STORAGE EXTENDED")
