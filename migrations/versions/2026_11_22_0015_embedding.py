"""Embedding: candidates, the runs that fill an embedder, and the parts of a run that workers share."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)


def _states(*states: str) -> None:
    named = ", ".join(f"'{state}'" for state in states)
    op.execute("ALTER TABLE embedder DROP CONSTRAINT IF EXISTS state, DROP CONSTRAINT IF EXISTS ck_embedder_state")
    op.execute(f"ALTER TABLE embedder ADD CONSTRAINT ck_embedder_state CHECK (state IN ({named}))")


def upgrade() -> None:
    """The tables of app/knowledge/embedding/tables.py; embedders may also be only planned."""
    _states("planned", "past", "present", "future")
    op.create_table(
        "embed_candidate",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("base_url", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("sealed_key", sa.Text),
        sa.Column("dimensions", sa.Integer),
        sa.Column("query_prefix", sa.Text),
        sa.Column("passage_prefix", sa.Text),
        sa.Column("probe", JSONB, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_table(
        "embed_run",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("embedder_id", sa.Uuid, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("then_switch", sa.Boolean, nullable=False),
        sa.Column("override", sa.Text),
        sa.Column("target", sa.Double, nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("error_values", JSONB, nullable=False),
        sa.Column("comparison", JSONB, nullable=False),
        sa.Column("samples", JSONB, nullable=False),
        sa.Column("sampled_at", moment, nullable=False),
        sa.Column("rung_at", moment, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("finished_at", moment),
        sa.Column("updated_at", moment, nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'failed', 'ready', 'switched', 'cancelled')", name="ck_embed_run_state"
        ),
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_embed_run_open ON embed_run ((true))"
        " WHERE state IN ('running', 'paused', 'failed', 'ready')"
    )
    op.create_table(
        "embed_part",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "run_id",
            sa.Uuid,
            sa.ForeignKey("embed_run.id", ondelete="CASCADE", name="fk_embed_part_run_id"),
            nullable=False,
        ),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("first_id", sa.Uuid),
        sa.Column("last_id", sa.Uuid),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease_owner", sa.Uuid),
        sa.Column("lease_until", moment),
        sa.CheckConstraint("state IN ('waiting', 'taken', 'done')", name="ck_embed_part_state"),
    )
    op.create_index("ix_embed_part_run_id", "embed_part", ["run_id", "stage", "number"])


def downgrade() -> None:
    """Drops them; an embedder that is only planned goes too."""
    for table in ("embed_part", "embed_run", "embed_candidate"):
        op.drop_table(table)
    op.execute("DELETE FROM embedder WHERE state = 'planned'")
    _states("past", "present", "future")
