"""A knowledge base as people see it: its settings and how much is in it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.knowledge.domain import Audience


@dataclass(frozen=True)
class BaseSettings:
    """What can be set. tiers: whom a base for tiers is for; channels: where it is read, none: everywhere.

    priority: of two passages that answer alike, the one of the base with the higher priority comes first.
    most_documents, most_bytes: how much it may hold, every kept version of a file counted; None: no limit.
    """

    name: str
    locale: str = "zh-CN"
    audience: Audience = Audience.PUBLIC
    tiers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    priority: int = 0
    most_documents: int | None = None
    most_bytes: int | None = None

    def tidied(self) -> "BaseSettings":
        """Each tier and channel once; tiers only where they decide."""
        tiers = tuple(dict.fromkeys(self.tiers)) if self.audience is Audience.TIERS else ()
        return replace(self, tiers=tiers, channels=tuple(dict.fromkeys(self.channels)))


@dataclass(frozen=True)
class Content:
    """How much is in a base; sources: folders and addresses it is filled from; bytes: of every kept version."""

    documents: int
    faqs: int
    passages: int
    sources: int = 0
    bytes: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost with the base."""
        return not (self.documents or self.faqs or self.passages or self.sources)


@dataclass(frozen=True)
class Base:
    """One base; `revision` counts the changes of its settings."""

    id: UUID
    settings: BaseSettings
    revision: int
    content: Content
    created_at: datetime
    updated_at: datetime
