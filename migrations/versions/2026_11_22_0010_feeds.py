"""Feeds: sources that are read again and again, their runs and addresses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)
words = ARRAY(sa.Text)


def upgrade() -> None:
    """The tables of app/knowledge/feeds/tables.py."""
    op.create_table(
        "feed",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "base_id", sa.Uuid, sa.ForeignKey("base.id", ondelete="CASCADE", name="fk_feed_base_id"), nullable=False
        ),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("include", words, nullable=False),
        sa.Column("exclude", words, nullable=False),
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("max_depth", sa.Integer, nullable=False),
        sa.Column("max_pages", sa.Integer, nullable=False),
        sa.Column("when_missing", sa.Text, nullable=False),
        sa.Column("show_address", sa.Boolean, nullable=False),
        sa.Column("tags", words, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("next_run_at", moment),
        sa.UniqueConstraint("name", name="uq_feed_name"),
    )
    op.create_index("ix_feed_next_run_at", "feed", ["next_run_at"])
    feed = sa.ForeignKey("feed.id", ondelete="CASCADE", name="fk_feed_item_feed_id")
    document = sa.ForeignKey("document.id", ondelete="SET NULL", name="fk_feed_item_document_id")
    op.create_table(
        "feed_item",
        sa.Column("feed_id", sa.Uuid, feed, primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Uuid, document),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("sha256", sa.Text),
        sa.Column("canonical", sa.Text),
        sa.Column("links", words),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
    )
    op.create_index("ix_feed_item_document_id", "feed_item", ["document_id"])
    op.create_table(
        "feed_run",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "feed_id", sa.Uuid, sa.ForeignKey("feed.id", ondelete="CASCADE", name="fk_feed_run_feed_id"), nullable=False
        ),
        sa.Column("job_id", sa.Uuid),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.Column("started_by", sa.Text, nullable=False),
        sa.Column("capped", sa.Boolean, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("finished_at", moment),
    )
    op.create_index("ix_feed_run_feed_id", "feed_run", ["feed_id", "id"])
    still_open = sa.text("state IN ('queued', 'running')")
    op.create_index("uq_feed_run_open", "feed_run", ["feed_id"], unique=True, postgresql_where=still_open)
    op.create_table(
        "feed_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column(
            "run_id",
            sa.Uuid,
            sa.ForeignKey("feed_run.id", ondelete="CASCADE", name="fk_feed_entry_run_id"),
            nullable=False,
        ),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("canonical", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("code", sa.Text),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("document_id", sa.Uuid),
        sa.Column("at", moment),
        sa.UniqueConstraint("run_id", "address", name="uq_feed_entry_run_id"),
    )
    waiting = sa.text("outcome IS NULL")
    op.create_index("ix_feed_entry_waiting", "feed_entry", ["run_id", "id"], postgresql_where=waiting)
    op.create_index("ix_feed_entry_outcome", "feed_entry", ["run_id", "outcome", "id"])


def downgrade() -> None:
    """Drops them."""
    for table in ("feed_entry", "feed_run", "feed_item", "feed"):
        op.drop_table(table)
