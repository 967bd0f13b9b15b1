"""Which person of an OpenID Connect provider is which account."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "staff_identity",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column(
            "staff_id",
            sa.Uuid,
            sa.ForeignKey("staff.id", ondelete="CASCADE", name="fk_staff_identity_staff_id"),
            nullable=False,
        ),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )
    op.create_index("ix_staff_identity_staff_id", "staff_identity", ["staff_id"])


def downgrade() -> None:
    """Drops it; single sign-on ties people to accounts by their e-mail again."""
    op.drop_table("staff_identity")
