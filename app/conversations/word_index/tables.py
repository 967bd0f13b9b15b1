"""The table of terms; which conversations are behind is told by `conversation.indexed_to`."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Table


class ConversationTermsRow(Table):
    """Everything said in a conversation as terms, each once, in no order."""

    __tablename__ = "conversation_terms"
    __table_args__ = (Index("ix_conversation_terms", "terms", postgresql_using="gin"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    terms: Mapped[list[str]] = mapped_column(ARRAY(Text))
