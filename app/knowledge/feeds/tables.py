"""Tables of sources: what is read, what is known of each address, the runs, and every address of a run."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class FeedRow(Table):
    """A source; `version` rises with every edit."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("name", name="uq_feed_name"), Index("ix_feed_next_run_at", "next_run_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    base_id: Mapped[UUID] = mapped_column(ForeignKey("base.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    include: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    exclude: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    schedule: Mapped[str] = mapped_column(Text)
    max_depth: Mapped[int]
    max_pages: Mapped[int]
    when_missing: Mapped[str] = mapped_column(Text)
    show_address: Mapped[bool] = mapped_column(default=True)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
    next_run_at: Mapped[datetime | None] = mapped_column(Moment)


class FeedItemRow(Table):
    """What is known of one address of a source between runs."""

    __tablename__ = "feed_item"
    __table_args__ = (Index("ix_feed_item_document_id", "document_id"),)

    feed_id: Mapped[UUID] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id", ondelete="SET NULL"))
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    canonical: Mapped[str | None] = mapped_column(Text)
    links: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    state: Mapped[str] = mapped_column(Text, default="present")
    seen_at: Mapped[datetime] = mapped_column(Moment, default=now)


class FeedRunRow(Table):
    """One reading of a source; at most one is open."""

    __tablename__ = "feed_run"
    __table_args__ = (
        Index("ix_feed_run_feed_id", "feed_id", "id"),
        Index("uq_feed_run_open", "feed_id", unique=True, postgresql_where=text("state IN ('queued', 'running')")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    feed_id: Mapped[UUID] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"))
    job_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(Text, default="queued")
    by_hand: Mapped[bool]
    started_by: Mapped[str] = mapped_column(Text, default="")
    capped: Mapped[bool] = mapped_column(default=False)
    complete: Mapped[bool] = mapped_column(default=True)
    error_code: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class FeedEntryRow(Table):
    """One address of a run: waiting while `outcome` is null, so that a killed run goes on where it was."""

    __tablename__ = "feed_entry"
    __table_args__ = (
        UniqueConstraint("run_id", "address", name="uq_feed_entry_run_id"),
        Index("ix_feed_entry_waiting", "run_id", "id", postgresql_where=text("outcome IS NULL")),
        Index("ix_feed_entry_outcome", "run_id", "outcome", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("feed_run.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    depth: Mapped[int] = mapped_column(default=0)
    canonical: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    document_id: Mapped[UUID | None]
    at: Mapped[datetime | None] = mapped_column(Moment)
