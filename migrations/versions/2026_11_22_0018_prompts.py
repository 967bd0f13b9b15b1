"""Settings versions of answering, by which every process sees a change; prompt sets, every change a version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Without rows the built-in prompts and the settings of the environment are in force."""
    op.create_table(
        "answering_version",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "prompt_version",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("examples", JSONB, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("activated_by", sa.Text),
        sa.Column("activated_at", sa.TIMESTAMP(timezone=True)),
        sa.CheckConstraint("state IN ('draft', 'active', 'retired')", name="ck_prompt_version_state"),
    )
    op.create_index("uq_prompt_version", "prompt_version", ["name", "language", "number"], unique=True)
    for state in ("draft", "active"):
        op.create_index(
            f"uq_prompt_version_{state}",
            "prompt_version",
            ["name", "language"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_table(
        "answer_settings",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drops them."""
    for table in ("answer_settings", "prompt_version", "answering_version"):
        op.drop_table(table)
