"""FAQs: where and when they hold, an edit counter; files between report and confirmation; pairs that mean the same."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)
STATES = "'reading', 'ready', 'writing', 'done', 'failed'"
KINDS = "'added', 'changed', 'unchanged', 'duplicate', 'contradiction', 'bad'"


def upgrade() -> None:
    """New columns with defaults, and two new tables."""
    op.add_column("faq", sa.Column("channels", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")))
    op.add_column("faq", sa.Column("valid_from", moment))
    op.add_column("faq", sa.Column("valid_until", moment))
    op.add_column("faq", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.add_column("faq", sa.Column("updated_by", sa.Text, nullable=False, server_default=""))
    op.create_index("ix_faq_tags", "faq", ["tags"], postgresql_using="gin")
    # How often an FAQ was used is counted over citations.
    op.create_index(
        "ix_citation_faq_id", "citation", ["faq_id"], postgresql_where=sa.text("faq_id IS NOT NULL"), if_not_exists=True
    )
    op.create_table(
        "faq_import",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "base_id",
            sa.Uuid,
            sa.ForeignKey("base.id", ondelete="CASCADE", name="fk_faq_import_base_id"),
            nullable=False,
        ),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("blob_key", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("counts", JSONB, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("job_id", sa.Uuid),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("done_at", moment),
        sa.CheckConstraint(f"state IN ({STATES})", name="state"),
    )
    op.create_table(
        "faq_import_row",
        sa.Column(
            "import_id",
            sa.Uuid,
            sa.ForeignKey("faq_import.id", ondelete="CASCADE", name="fk_faq_import_row_import_id"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("other_row", sa.Integer),
        sa.Column("faq_id", sa.Uuid),
        sa.Column("faq_version", sa.Integer),
        sa.Column("before", JSONB),
        sa.Column("draft", JSONB, nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="kind"),
    )
    op.create_index("ix_faq_import_row_kind", "faq_import_row", ["import_id", "kind", "number"])
    op.create_table(
        "faq_pair",
        *(
            sa.Column(
                f"{which}_id",
                sa.Uuid,
                sa.ForeignKey("faq.id", ondelete="CASCADE", name=f"fk_faq_pair_{which}_id"),
                primary_key=True,
            )
            for which in ("one", "other")
        ),
        sa.Column("base_id", sa.Uuid, nullable=False),
        sa.Column("one_question", sa.Text, nullable=False),
        sa.Column("other_question", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("found_at", moment, nullable=False),
        sa.Column("dismissed_by", sa.Text),
    )
    op.create_index("ix_faq_pair_score", "faq_pair", ["base_id", "score"])
    op.create_index("ix_faq_pair_other_id", "faq_pair", ["other_id"])


def downgrade() -> None:
    """Drops them; FAQs then hold everywhere and always."""
    op.drop_table("faq_pair")
    op.drop_table("faq_import_row")
    op.drop_table("faq_import")
    op.drop_index("ix_citation_faq_id", "citation", if_exists=True)
    op.drop_index("ix_faq_tags", "faq")
    for column in ("updated_by", "version", "valid_until", "valid_from", "channels"):
        op.drop_column("faq", column)
