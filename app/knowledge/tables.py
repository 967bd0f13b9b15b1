"""Tables of knowledge: bases, documents, FAQs, the chunks both become, and the two indexes over chunks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC, SPARSEVEC
from sqlalchemy import (
    BigInteger,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id

TERM_SPACE = 1_000_000
DEFAULT_BASE = UUID("00000000-0000-7000-8000-000000000001")


class BaseRow(Table):
    """A knowledge base: what one audience may read, in some channels or (none named) in all.

    `version` rises with every change of its content, `revision` with every change of its settings.
    """

    __tablename__ = "base"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(Integer, Identity(always=True), unique=True)
    name: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text, default="zh-CN")
    audience: Mapped[str] = mapped_column(Text, default="public")
    tiers: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    priority: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    chunk_count: Mapped[int] = mapped_column(default=0)
    token_count: Mapped[int] = mapped_column(BigInteger, default=0)
    most_documents: Mapped[int | None]
    most_bytes: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class DocumentRow(Table):
    """A document under its source; `version` is what search sees, `pending_version` what is being read in."""

    __tablename__ = "document"
    __table_args__ = (
        Index("uq_document_source", "base_id", "source", unique=True, postgresql_where=text("deleted_at IS NULL")),
        Index("ix_document_status", "status"),
        Index("ix_document_updated", "updated_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    base_id: Mapped[UUID] = mapped_column(ForeignKey("base.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    blob_key: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, default="queued")
    error_code: Mapped[str | None] = mapped_column(Text)
    error_values: Mapped[dict[str, Any] | None]
    chunk_count: Mapped[int] = mapped_column(default=0)
    parse_settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    parse_report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    page_count: Mapped[int | None]
    unread_pages: Mapped[int] = mapped_column(default=0)
    pictures: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    pending_version: Mapped[int | None]
    job_id: Mapped[UUID | None]
    created_by: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now, onupdate=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    owner: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    valid_from: Mapped[datetime | None] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    review_on: Mapped[date | None]
    review_due_at: Mapped[datetime | None] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    disabled_by: Mapped[str | None] = mapped_column(Text)
    edits: Mapped[int] = mapped_column(default=0)


class DocumentVersionRow(Table):
    """The bytes a document had under one version number, and what became of the hand work when it was read in."""

    __tablename__ = "document_version"
    __table_args__ = (UniqueConstraint("document_id", "number", name="uq_document_version_number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    blob_key: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    file_name: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(Text, default="")
    chunk_count: Mapped[int | None]
    hand_kept: Mapped[int] = mapped_column(default=0)
    hand_dropped: Mapped[list[Any]] = mapped_column(default=list)
    restored_from: Mapped[int | None]


class FaqRow(Table):
    """One curated answer; `version` rises with every edit. No channels: all of them."""

    __tablename__ = "faq"
    __table_args__ = (Index("ix_faq_base_id", "base_id"), Index("ix_faq_tags", "tags", postgresql_using="gin"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    base_id: Mapped[UUID] = mapped_column(ForeignKey("base.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    valid_from: Mapped[datetime | None] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    source: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(Text, default="")
    updated_by: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now, onupdate=now)


class FaqPhrasingRow(Table):
    """One way to ask for a curated answer; `canonical` is the text that exact matches are looked up by."""

    __tablename__ = "faq_phrasing"
    __table_args__ = (
        Index("ix_faq_phrasing_canonical", "base_id", "canonical"),
        Index("ix_faq_phrasing_faq_id", "faq_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    faq_id: Mapped[UUID] = mapped_column(ForeignKey("faq.id", ondelete="CASCADE"))
    base_id: Mapped[UUID] = mapped_column(ForeignKey("base.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text)
    canonical: Mapped[str] = mapped_column(Text)


class ChunkRow(Table):
    """A passage of a document, or one phrasing of an FAQ with its answer: what search finds.

    `origins`: the parsed passages that hand work made it from, none for an added one; null while nobody touched it.
    A disabled one keeps its row and leaves the index; `disabled_with` says 'document' when the whole document did.
    It holds from `valid_from` until just before `valid_until`, in `channels`; null: no limit.
    """

    __tablename__ = "chunk"
    __table_args__ = (
        Index("ix_chunk_document_id", "document_id", "position"),
        Index("ix_chunk_faq_id", "faq_id"),
        Index("ix_chunk_owner_id", "owner_id"),
        Index("ix_chunk_base_id", "base_id"),
        Index(
            "ix_chunk_limited",
            "id",
            postgresql_where=text("valid_from IS NOT NULL OR valid_until IS NOT NULL OR channels IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    base_id: Mapped[UUID] = mapped_column(ForeignKey("base.id", ondelete="CASCADE"))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    faq_id: Mapped[UUID | None] = mapped_column(ForeignKey("faq.id", ondelete="CASCADE"))
    version_number: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(Text, default="text")
    title: Mapped[str] = mapped_column(Text, default="")
    heading_path: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    page: Mapped[int | None]
    char_start: Mapped[int] = mapped_column(default=0)
    char_end: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    token_count: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[datetime | None] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    channels: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    boxes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    parent: Mapped[int | None]
    owner_id: Mapped[UUID] = mapped_column(Computed("coalesce(document_id, faq_id)", persisted=True))
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    origins: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    original_text: Mapped[str | None] = mapped_column(Text)
    edited_at: Mapped[datetime | None] = mapped_column(Moment)
    edited_by: Mapped[str | None] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    disabled_by: Mapped[str | None] = mapped_column(Text)
    disabled_with: Mapped[str | None] = mapped_column(Text)


class ChunkTermsRow(Table):
    """A chunk in the lexical index: `keys` finds candidates (GIN), `lexical` holds BM25's term part for scoring.

    `answer_id` is what the chunk answers with: its FAQ, else itself.
    """

    __tablename__ = "chunk_terms"
    __table_args__ = (Index("ix_chunk_terms_keys", "keys", postgresql_using="gin"),)

    chunk_id: Mapped[UUID] = mapped_column(ForeignKey("chunk.id", ondelete="CASCADE"), primary_key=True)
    base_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    lexical: Mapped[Any] = mapped_column(SPARSEVEC(TERM_SPACE))


class TermStatRow(Table):
    """In how many chunks of a base a term occurs."""

    __tablename__ = "term_stat"

    base_id: Mapped[UUID] = mapped_column(ForeignKey("base.id", ondelete="CASCADE"), primary_key=True)
    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    df: Mapped[int]


class EmbedderRow(Table):
    """A way to turn text into vectors; one is present, one may be future (filling), the others are past."""

    __tablename__ = "embedder"
    __table_args__ = (
        Index("uq_embedder_present", "state", unique=True, postgresql_where=text("state = 'present'")),
        Index("uq_embedder_future", "state", unique=True, postgresql_where=text("state = 'future'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    dimensions: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fitted: Mapped[bytes | None] = mapped_column(LargeBinary)
    threshold: Mapped[float]
    calibration: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class ChunkVectorRow(Table):
    """A chunk's vector by one embedder; each embedder has its own partition and HNSW index."""

    __tablename__ = "chunk_vector"
    __table_args__ = ({"postgresql_partition_by": "LIST (embedder_id)"},)

    chunk_id: Mapped[UUID] = mapped_column(ForeignKey("chunk.id", ondelete="CASCADE"), primary_key=True)
    embedder_id: Mapped[UUID] = mapped_column(ForeignKey("embedder.id", ondelete="CASCADE"), primary_key=True)
    base_id: Mapped[UUID]
    vector: Mapped[Any] = mapped_column(HALFVEC)
