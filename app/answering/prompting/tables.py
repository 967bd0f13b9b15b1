"""Tables of prompting: versions of templates, and how answers end."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.answering.domain import Language
from app.answering.prompting.domain import TemplateName, VersionState
from app.kernel.clock import now
from app.kernel.database import Moment, Table
from app.kernel.ids import new_id


class PromptVersionRow(Table):
    """One version of a template in a language. At most one is a draft and one active; none active: the built-in."""

    __tablename__ = "prompt_version"
    __table_args__ = (
        Index("uq_prompt_version", "name", "language", "number", unique=True),
        Index("uq_prompt_version_draft", "name", "language", unique=True, postgresql_where=text("state = 'draft'")),
        Index("uq_prompt_version_active", "name", "language", unique=True, postgresql_where=text("state = 'active'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[TemplateName] = mapped_column(Text)
    language: Mapped[Language] = mapped_column(Text)
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    examples: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[VersionState] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    activated_by: Mapped[str | None] = mapped_column(Text)
    activated_at: Mapped[datetime | None] = mapped_column(Moment)


class AnswerSettingsRow(Table):
    """How answers end; the highest number is in force."""

    __tablename__ = "answer_settings"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[dict[str, Any]]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
