"""A second factor of staff: sealed authenticator secrets, recovery codes, half-done sign-ins, who must have one."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def _staff(table: str, *, primary_key: bool = False) -> sa.Column[object]:
    key = sa.ForeignKey("staff.id", ondelete="CASCADE", name=f"fk_{table}_staff_id")
    return sa.Column("staff_id", sa.Uuid, key, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    """Four tables."""
    op.create_table(
        "second_factor",
        _staff("second_factor", primary_key=True),
        sa.Column("sealed_secret", sa.Text, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("confirmed_at", moment),
    )
    op.create_table("recovery_code", sa.Column("digest", sa.Text, primary_key=True), _staff("recovery_code"))
    op.create_index("ix_recovery_code_staff_id", "recovery_code", ["staff_id"])
    op.create_table(
        "pending_sign_in",
        sa.Column("digest", sa.Text, primary_key=True),
        _staff("pending_sign_in"),
        sa.Column("expires_at", moment, nullable=False),
    )
    op.create_index("ix_pending_sign_in_staff_id", "pending_sign_in", ["staff_id"])
    op.create_table("second_factor_role", sa.Column("role", sa.Text, primary_key=True))


def downgrade() -> None:
    """Drops them; everybody signs in with the password alone."""
    for table in ("second_factor_role", "pending_sign_in", "recovery_code", "second_factor"):
        op.drop_table(table)
