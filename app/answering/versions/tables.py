"""The table of settings versions: one row per kind of settings, raised by every change."""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Table


class AnsweringVersionRow(Table):
    """How often settings of a kind (prompts, guard, intents, tools, rules) were changed; no row means never."""

    __tablename__ = "answering_version"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int]
