"""Single-use tokens for invitations and forgotten passwords; seals that chain the audit trail; when keys end."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Two tables and two columns."""
    op.create_table(
        "staff_token",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column(
            "staff_id",
            sa.Uuid,
            sa.ForeignKey("staff.id", ondelete="CASCADE", name="fk_staff_token_staff_id"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("created_by_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("used_at", moment),
    )
    op.create_index("ix_staff_token_staff_id", "staff_token", ["staff_id"])
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("sealed_at", moment, nullable=False),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "id"])
    op.add_column("api_key", sa.Column("expires_at", moment))
    op.add_column("api_key", sa.Column("last_used_at", moment))


def downgrade() -> None:
    """Drops them; the trail itself stays."""
    op.drop_column("api_key", "last_used_at")
    op.drop_column("api_key", "expires_at")
    op.drop_index("ix_audit_entry_at", "audit_entry")
    op.drop_table("audit_seal")
    op.drop_table("staff_token")
