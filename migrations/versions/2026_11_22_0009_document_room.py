"""The document room: owner, tags, validity and review of documents, hand work on chunks with its history, uses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)
EMPTY_TEXT, NO_TEXTS, NOTHING = sa.text("''"), sa.text("'{}'"), sa.text("0")
DOCUMENT = ("owner", "tags", "valid_from", "valid_until", "review_on", "review_due_at", "disabled_at", "disabled_by")
CHUNK = (
    "revision",
    "origins",
    "original_text",
    "edited_at",
    "edited_by",
    "disabled_at",
    "disabled_by",
    "disabled_with",
)
VERSION = ("file_name", "created_by", "chunk_count", "hand_kept", "hand_dropped", "restored_from")


def _documents() -> None:
    op.add_column("document", sa.Column("owner", sa.Text, nullable=False, server_default=EMPTY_TEXT))
    op.add_column("document", sa.Column("tags", ARRAY(sa.Text), nullable=False, server_default=NO_TEXTS))
    for name in ("valid_from", "valid_until"):
        op.add_column("document", sa.Column(name, moment))
    op.add_column("document", sa.Column("review_on", sa.Date))
    op.add_column("document", sa.Column("review_due_at", moment))
    op.add_column("document", sa.Column("disabled_at", moment))
    op.add_column("document", sa.Column("disabled_by", sa.Text))
    op.add_column("document", sa.Column("edits", sa.Integer, nullable=False, server_default=NOTHING))
    op.create_index("ix_document_updated", "document", ["updated_at", "id"])
    op.add_column("document_version", sa.Column("file_name", sa.Text, nullable=False, server_default=EMPTY_TEXT))
    op.add_column("document_version", sa.Column("created_by", sa.Text, nullable=False, server_default=EMPTY_TEXT))
    op.add_column("document_version", sa.Column("chunk_count", sa.Integer))
    op.add_column("document_version", sa.Column("hand_kept", sa.Integer, nullable=False, server_default=NOTHING))
    op.add_column("document_version", sa.Column("hand_dropped", JSONB, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("document_version", sa.Column("restored_from", sa.Integer))


def _chunks() -> None:
    op.add_column("chunk", sa.Column("revision", sa.Integer, nullable=False, server_default=sa.text("1")))
    op.add_column("chunk", sa.Column("origins", ARRAY(sa.Text)))
    op.add_column("chunk", sa.Column("original_text", sa.Text))
    op.add_column("chunk", sa.Column("edited_at", moment))
    op.add_column("chunk", sa.Column("edited_by", sa.Text))
    op.add_column("chunk", sa.Column("disabled_at", moment))
    op.add_column("chunk", sa.Column("disabled_by", sa.Text))
    op.add_column("chunk", sa.Column("disabled_with", sa.Text))
    op.create_table(
        "chunk_history",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "document_id",
            sa.Uuid,
            sa.ForeignKey("document.id", ondelete="CASCADE", name="fk_chunk_history_document_id"),
            nullable=False,
            index=True,
        ),
        sa.Column("chunk_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("heading_path", ARRAY(sa.Text), nullable=False),
        sa.Column("origins", ARRAY(sa.Text)),
        sa.Column("other", JSONB),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.UniqueConstraint("chunk_id", "revision", name="uq_chunk_history_revision"),
    )


def _uses() -> None:
    """Message ids rise with time, so (source, message_id) counts a stretch of days from the index alone."""
    op.drop_index("ix_citation_document_id", "citation")
    for of in ("document", "faq", "chunk"):
        op.create_index(
            f"ix_citation_{of}_uses",
            "citation",
            [f"{of}_id", "message_id"],
            postgresql_where=sa.text(f"{of}_id IS NOT NULL"),
        )


def upgrade() -> None:
    """Columns for what people decide about documents and chunks, the history of chunks, and indexes over uses."""
    _documents()
    _chunks()
    _uses()


def downgrade() -> None:
    """Takes them away."""
    for of in ("document", "faq", "chunk"):
        op.drop_index(f"ix_citation_{of}_uses", "citation")
    op.create_index("ix_citation_document_id", "citation", ["document_id"])
    op.drop_table("chunk_history")
    op.drop_index("ix_document_updated", "document")
    for table, names in (("document", (*DOCUMENT, "edits")), ("chunk", CHUNK), ("document_version", VERSION)):
        for name in names:
            op.drop_column(table, name)
