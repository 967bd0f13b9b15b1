"""Knowledge: bases, documents, FAQs, chunks, embedders."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC, SPARSEVEC
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

moment = sa.TIMESTAMP(timezone=True)
DEFAULT_BASE = "00000000-0000-7000-8000-000000000001"
TABLES = (
    "chunk_vector",
    "embedder",
    "term_stat",
    "chunk_terms",
    "chunk",
    "faq_phrasing",
    "faq",
    "document_version",
    "document",
    "base",
)


def _owner(table: str, of: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(
        f"{of}_id",
        sa.Uuid,
        sa.ForeignKey(f"{of}.id", ondelete="CASCADE", name=f"fk_{table}_{of}_id"),
        nullable=nullable,
    )


def _bases() -> None:
    op.create_table(
        "base",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.Integer, sa.Identity(always=True), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("chunk_count", sa.Integer, nullable=False),
        sa.Column("token_count", sa.BigInteger, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint("audience IN ('public', 'signed_in', 'staff', 'scratch')", name="audience"),
    )
    op.execute(
        f"""INSERT INTO base (id, name, locale, audience, priority, version, chunk_count, token_count, created_at)
        VALUES ('{DEFAULT_BASE}', 'default', 'zh-CN', 'public', 0, 0, 0, 0, now())"""
    )


def _documents() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("document", "base"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("blob_key", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("error_values", JSONB),
        sa.Column("chunk_count", sa.Integer, nullable=False),
        sa.Column("page_count", sa.Integer),
        sa.Column("unread_pages", sa.Integer, nullable=False),
        sa.Column("pictures", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("pending_version", sa.Integer),
        sa.Column("job_id", sa.Uuid),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("deleted_at", moment),
        sa.CheckConstraint("status IN ('queued', 'parsing', 'embedding', 'ready', 'failed')", name="status"),
    )
    op.create_index(
        "uq_document_source",
        "document",
        ["base_id", "source"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_document_status", "document", ["status"])
    op.create_table(
        "document_version",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("document_version", "document"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("blob_key", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.UniqueConstraint("document_id", "number", name="uq_document_version_number"),
    )


def _faqs() -> None:
    op.create_table(
        "faq",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("faq", "base"),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("tags", ARRAY(sa.Text), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
    )
    op.create_index("ix_faq_base_id", "faq", ["base_id"])
    op.create_table(
        "faq_phrasing",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("faq_phrasing", "faq"),
        _owner("faq_phrasing", "base"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("canonical", sa.Text, nullable=False),
    )
    op.create_index("ix_faq_phrasing_canonical", "faq_phrasing", ["base_id", "canonical"])
    op.create_index("ix_faq_phrasing_faq_id", "faq_phrasing", ["faq_id"])


def _chunks() -> None:
    op.create_table(
        "chunk",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("chunk", "base"),
        _owner("chunk", "document", nullable=True),
        _owner("chunk", "faq", nullable=True),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("heading_path", ARRAY(sa.Text), nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("char_start", sa.Integer, nullable=False),
        sa.Column("char_end", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("question", sa.Text),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("token_count", sa.Integer, nullable=False),
        sa.Column("owner_id", sa.Uuid, sa.Computed("coalesce(document_id, faq_id)", persisted=True), nullable=False),
        sa.CheckConstraint("(document_id IS NULL) <> (faq_id IS NULL)", name="one_owner"),
    )
    op.create_index("ix_chunk_document_id", "chunk", ["document_id", "position"])
    op.create_index("ix_chunk_faq_id", "chunk", ["faq_id"])
    op.create_index("ix_chunk_owner_id", "chunk", ["owner_id"])
    op.create_index("ix_chunk_base_id", "chunk", ["base_id"])


def _terms() -> None:
    op.create_table(
        "chunk_terms",
        sa.Column(
            "chunk_id",
            sa.Uuid,
            sa.ForeignKey("chunk.id", ondelete="CASCADE", name="fk_chunk_terms_chunk_id"),
            primary_key=True,
        ),
        sa.Column("base_id", sa.Uuid, nullable=False),
        sa.Column("answer_id", sa.Uuid, nullable=False),
        sa.Column("keys", ARRAY(sa.Integer), nullable=False),
        sa.Column("lexical", SPARSEVEC(1_000_000), nullable=False),
    )
    # Without a pending list, which every search would have to read through.
    op.create_index(
        "ix_chunk_terms_keys",
        "chunk_terms",
        ["keys"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    # Candidates are counted on this table's rows, so they are kept short: the wide columns live outside them.
    op.execute("ALTER TABLE chunk_terms ALTER lexical SET STORAGE EXTERNAL, ALTER keys SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE chunk_terms SET (toast_tuple_target = 128)")
    op.create_table(
        "term_stat",
        sa.Column(
            "base_id",
            sa.Uuid,
            sa.ForeignKey("base.id", ondelete="CASCADE", name="fk_term_stat_base_id"),
            primary_key=True,
        ),
        sa.Column("term", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("df", sa.Integer, nullable=False),
    )
    op.execute("ALTER TABLE term_stat SET (fillfactor = 70)")


def _embedders() -> None:
    op.create_table(
        "embedder",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("dimensions", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("settings", JSONB, nullable=False),
        sa.Column("fitted", sa.LargeBinary),
        sa.Column("threshold", sa.Double, nullable=False),
        sa.Column("calibration", JSONB, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint("state IN ('past', 'present', 'future')", name="state"),
    )
    for state in ("present", "future"):
        op.create_index(
            f"uq_embedder_{state}",
            "embedder",
            ["state"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_table(
        "chunk_vector",
        sa.Column(
            "chunk_id",
            sa.Uuid,
            sa.ForeignKey("chunk.id", ondelete="CASCADE", name="fk_chunk_vector_chunk_id"),
            primary_key=True,
        ),
        sa.Column(
            "embedder_id",
            sa.Uuid,
            sa.ForeignKey("embedder.id", ondelete="CASCADE", name="fk_chunk_vector_embedder_id"),
            primary_key=True,
        ),
        sa.Column("base_id", sa.Uuid, nullable=False),
        sa.Column("vector", HALFVEC, nullable=False),
        postgresql_partition_by="LIST (embedder_id)",
    )
    op.execute("ALTER TABLE chunk_vector ALTER vector SET STORAGE MAIN")
    op.create_index("ix_chunk_vector_base_id", "chunk_vector", ["base_id"])


def upgrade() -> None:
    """The tables of app/knowledge/tables.py, and one default base."""
    _bases()
    _documents()
    _faqs()
    _chunks()
    _terms()
    _embedders()


def downgrade() -> None:
    """Drops them."""
    for table in TABLES:
        op.drop_table(table)
