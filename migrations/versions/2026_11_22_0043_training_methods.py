"""Preference pairs: how far a run's model tells the chosen answer from the rejected one."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TABLES = ("train_metric", "train_validation")
FIGURES = ("margin", "preferred")


def upgrade() -> None:
    """Adds both figures to steps and validations; runs that learn no pairs have none."""
    for table in TABLES:
        for figure in FIGURES:
            op.add_column(table, sa.Column(figure, sa.Float(), nullable=True))


def downgrade() -> None:
    """Drops them."""
    for table in TABLES:
        for figure in FIGURES:
            op.drop_column(table, figure)
