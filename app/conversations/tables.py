"""Tables of conversations: threads, messages with their citations, the event log, answers under way, traces."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class ConversationRow(Table):
    """One thread. `seq` numbers its log, `version` its changes of owner, `open_answers` what is still to be said.

    indexed_to: the last_message_at up to which its words are in the index.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_last", text("last_message_at DESC"), text("id DESC")),
        Index("ix_conversation_queue", "queued_at", postgresql_where=text("owner = 'queue'")),
        Index("ix_conversation_with_people", "owner", "agent_id", postgresql_where=text("owner IN ('queue', 'agent')")),
        Index("ix_conversation_unindexed", "last_message_at", postgresql_where=text("unindexed")),
        Index("ix_conversation_visitor", text("(visitor ->> 'user_id')"), postgresql_where=text("visitor IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    token_digest: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    lifecycle: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    open_answers: Mapped[int] = mapped_column(default=0)
    visitor: Mapped[dict[str, Any] | None]
    agent_id: Mapped[UUID | None]
    agent_name: Mapped[str | None] = mapped_column(Text)
    handoff_reason: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    last_message_at: Mapped[datetime | None] = mapped_column(Moment)
    indexed_to: Mapped[datetime | None] = mapped_column(Moment)
    unindexed: Mapped[bool] = mapped_column(Computed("last_message_at IS DISTINCT FROM indexed_to", persisted=True))


class MessageRow(Table):
    """One message; an answer's id is the id it was promised under."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq", name="uq_message_place"),
        Index(
            "uq_message_client_id",
            "conversation_id",
            "client_id",
            unique=True,
            postgresql_where=text("client_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    client_id: Mapped[str | None] = mapped_column(Text)
    reply_to: Mapped[UUID | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    composer: Mapped[str | None] = mapped_column(Text)
    suggestions: Mapped[list[Any] | None]
    agent_name: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class CitationRow(Table):
    """A numbered source of an answer, as it was when it was cited; the source may be gone since."""

    __tablename__ = "citation"
    __table_args__ = tuple(
        Index(f"ix_citation_{of}_uses", f"{of}_id", "message_id", postgresql_where=text(f"{of}_id IS NOT NULL"))
        for of in ("document", "faq", "chunk")
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[UUID | None]
    faq_id: Mapped[UUID | None]
    chunk_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(Text)
    heading_path: Mapped[list[Any]]
    page: Mapped[int | None]
    quote: Mapped[str] = mapped_column(Text)


class ConversationEventRow(Table):
    """One line of a thread's log; lines are only ever added."""

    __tablename__ = "conversation_event"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    type: Mapped[str] = mapped_column(Text)
    message_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class AnswerRunRow(Table):
    """A question being answered or waiting for it: by which process, in which attempt."""

    __tablename__ = "answer_run"
    __table_args__ = (
        Index("ix_answer_run_open", "conversation_id", postgresql_where=text("state <> 'done'")),
        Index("uq_answer_run_running", "conversation_id", unique=True, postgresql_where=text("state = 'running'")),
        Index("ix_answer_run_question_id", "question_id"),
    )

    answer_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    question_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text)
    node_id: Mapped[UUID | None]
    attempt: Mapped[int] = mapped_column(default=1)
    version: Mapped[int]
    stop_requested: Mapped[bool] = mapped_column(default=False)
    confirmation_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class AnswerNodeRow(Table):
    """A web process and its last sign of life; `place` finds the process on its own machine."""

    __tablename__ = "answer_node"

    node_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(Text)
    beat_at: Mapped[datetime] = mapped_column(Moment)


class AnswerTraceRow(Table):
    """How an answer came to be."""

    __tablename__ = "answer_trace"

    answer_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    trace: Mapped[dict[str, Any]]
    timings: Mapped[dict[str, Any]]
    usage: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class ConversationSummaryRow(Table):
    """What was said in a long conversation up to a place in it, in a few lines."""

    __tablename__ = "conversation_summary"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    upto: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class VisitorNonceRow(Table):
    """A visitor signature that was used; it is refused a second time."""

    __tablename__ = "visitor_nonce"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class CustomerRow(Table):
    """A known customer's tier, by the company's own id for them; without a row there is none."""

    __tablename__ = "customer"

    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    tier: Mapped[str] = mapped_column(Text)
    updated_by: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
