"""Wire shapes of bases."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field

from app.kernel.texts import Locale
from app.kernel.wire import Moment, VisibleText, Wire
from app.knowledge.bases.domain import Base, BaseSettings
from app.knowledge.domain import Audience
from app.knowledge.tables import DEFAULT_BASE

Name = Annotated[VisibleText, AfterValidator(str.strip), Field(max_length=100)]
Readers = Literal["public", "signed_in", "tiers", "staff"]
Tiers = Annotated[list[Annotated[VisibleText, AfterValidator(str.strip), Field(max_length=50)]], Field(max_length=50)]
Channel = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,50}$")]
Channels = Annotated[list[Channel], Field(max_length=50)]
MostDocuments = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
MostBytes = Annotated[int, Field(strict=True, ge=0, le=2**53)]
Priority = Annotated[int, Field(strict=True, ge=-100, le=100)]


class NewBase(Wire):
    """A new base. tiers: for the audience `tiers`; channels: where it is read, none: everywhere.

    most_documents, most_bytes: how much it may hold; null: no limit.
    """

    name: Name
    locale: Locale = "zh-CN"
    audience: Readers = "public"
    tiers: Tiers = []
    channels: Channels = []
    priority: Priority = 0
    most_documents: MostDocuments | None = None
    most_bytes: MostBytes | None = None

    def settings(self) -> BaseSettings:
        """As the domain has it."""
        return BaseSettings(
            self.name,
            self.locale,
            Audience(self.audience),
            tuple(self.tiers),
            tuple(self.channels),
            self.priority,
            self.most_documents,
            self.most_bytes,
        )


class ChangedBase(Wire):
    """What shall be different; what is left out stays. A limit that is null is lifted."""

    name: Name | None = None
    locale: Locale | None = None
    audience: Readers | None = None
    tiers: Tiers | None = None
    channels: Channels | None = None
    priority: Priority | None = None
    most_documents: MostDocuments | None = None
    most_bytes: MostBytes | None = None

    def over(self, known: BaseSettings) -> BaseSettings:
        """The settings with the changes in them."""
        return BaseSettings(
            known.name if self.name is None else self.name,
            known.locale if self.locale is None else self.locale,
            known.audience if self.audience is None else Audience(self.audience),
            known.tiers if self.tiers is None else tuple(self.tiers),
            known.channels if self.channels is None else tuple(self.channels),
            known.priority if self.priority is None else self.priority,
            self.most_documents if "most_documents" in self.model_fields_set else known.most_documents,
            self.most_bytes if "most_bytes" in self.model_fields_set else known.most_bytes,
        )


class BaseView(Wire):
    """One base and how much is in it; `revision` is what If-Match is compared with."""

    base_id: UUID
    name: str
    locale: str
    audience: str
    tiers: list[str]
    channels: list[str]
    priority: int
    most_documents: int | None
    most_bytes: int | None
    revision: int
    is_default: bool
    documents: int
    faqs: int
    passages: int
    sources: int
    bytes: int
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, base: Base) -> Self:
        """From the domain."""
        settings, content = base.settings, base.content
        return cls(
            base_id=base.id,
            name=settings.name,
            locale=settings.locale,
            audience=settings.audience.value,
            tiers=list(settings.tiers),
            channels=list(settings.channels),
            priority=settings.priority,
            most_documents=settings.most_documents,
            most_bytes=settings.most_bytes,
            revision=base.revision,
            is_default=base.id == DEFAULT_BASE,
            documents=content.documents,
            faqs=content.faqs,
            passages=content.passages,
            sources=content.sources,
            bytes=content.bytes,
            created_at=base.created_at,
            updated_at=base.updated_at,
        )
