"""Tables of memory: each customer's decision, and the facts kept with it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class CustomerMemoryRow(Table):
    """Whether a customer, by the company's own id, wants to be remembered; no row: not asked."""

    __tablename__ = "customer_memory"

    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    consent: Mapped[bool]
    decided_at: Mapped[datetime] = mapped_column(Moment, default=now)


class CustomerFactRow(Table):
    """One fact about a customer who consented; it goes with the consent."""

    __tablename__ = "customer_fact"
    __table_args__ = (Index("uq_customer_fact", "user_id", "kind", "key", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("customer_memory.user_id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
