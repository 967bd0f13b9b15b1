"""Bases: tiers, channels and an edit counter; when and where a passage holds; the tier of a known customer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)
AUDIENCES = "'public', 'signed_in', 'tiers', 'staff', 'scratch'"
NONE = sa.text("'{}'")


def upgrade() -> None:
    """New columns with defaults, so that what runs already goes on running."""
    op.add_column("base", sa.Column("tiers", ARRAY(sa.Text), nullable=False, server_default=NONE))
    op.add_column("base", sa.Column("channels", ARRAY(sa.Text), nullable=False, server_default=NONE))
    op.add_column("base", sa.Column("revision", sa.Integer, nullable=False, server_default="1"))
    op.add_column("base", sa.Column("updated_at", moment, nullable=False, server_default=sa.func.now()))
    op.drop_constraint(op.f("ck_base_audience"), "base")
    op.create_check_constraint(op.f("ck_base_audience"), "base", f"audience IN ({AUDIENCES})")
    op.add_column("chunk", sa.Column("valid_from", moment))
    op.add_column("chunk", sa.Column("valid_until", moment))
    op.add_column("chunk", sa.Column("channels", ARRAY(sa.Text)))
    op.create_index(
        "ix_chunk_limited",
        "chunk",
        ["id"],
        postgresql_where=sa.text("valid_from IS NOT NULL OR valid_until IS NOT NULL OR channels IS NOT NULL"),
    )
    op.create_table(
        "customer",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("tier", sa.Text, nullable=False),
        sa.Column("updated_by", sa.Text, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
    )


def downgrade() -> None:
    """Bases for tiers become bases for staff, which shows nothing to anybody new."""
    op.drop_table("customer")
    op.drop_index("ix_chunk_limited", "chunk")
    for column in ("channels", "valid_until", "valid_from"):
        op.drop_column("chunk", column)
    op.execute("UPDATE base SET audience = 'staff' WHERE audience = 'tiers'")
    op.drop_constraint(op.f("ck_base_audience"), "base")
    known = AUDIENCES.replace("'tiers', ", "")
    op.create_check_constraint(op.f("ck_base_audience"), "base", f"audience IN ({known})")
    for column in ("updated_at", "revision", "channels", "tiers"):
        op.drop_column("base", column)
