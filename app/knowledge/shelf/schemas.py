"""Wire shapes of the shelf."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from app.kernel.wire import CleanText, VisibleText, Wire
from app.knowledge.parsing.schemas import ParseSettingsIn
from app.knowledge.ports import Use
from app.knowledge.shelf.bulk import MOST_TAGS, BulkOutcome, BulkWish
from app.knowledge.shelf.domain import CardChange, Facts, Impact, Version

Name = Annotated[CleanText, Field(max_length=80)]
Tag = Annotated[VisibleText, Field(max_length=40)]
Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS)]


class BaseName(Wire):
    """A base to filter by."""

    base_id: UUID
    name: str


class FactsView(Wire):
    """The whole shelf; `matching` documents fit the filters. `used_today`: times one was quoted since 0:00 UTC."""

    matching: int
    documents: int
    chunks: int
    used_today: int
    expiring: int
    needs_review: int
    owners: list[str]
    tags: list[str]
    bases: list[BaseName]

    @classmethod
    def of(cls, facts: Facts) -> Self:
        """The facts as the contract shows them."""
        plain = {name: getattr(facts, name) for name in cls.model_fields if name not in ("owners", "tags", "bases")}
        bases = [BaseName(base_id=base_id, name=name) for base_id, name in facts.bases]
        return cls(**plain, owners=list(facts.owners), tags=list(facts.tags), bases=bases)


class CardForm(Wire):
    """What people decide about a document; what is left out stays as it is, null takes it away."""

    owner: Name = ""
    tags: Tags = []
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    review_on: date | None = None

    def change(self) -> CardChange:
        """The change that was asked for."""
        return CardChange(
            frozenset(self.model_fields_set),
            owner=self.owner.strip(),
            tags=tuple(dict.fromkeys(tag.strip() for tag in self.tags)),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            review_on=self.review_on,
        )


class BulkForm(Wire):
    """One action on up to 100 documents; `base_id` is where to move them.

    Parsing again: `settings` for all of them, else each with its own; `as_draft` keeps what search has, to compare.
    """

    action: Literal["disable", "enable", "tags", "owner", "move", "reparse", "delete"]
    document_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    add_tags: Tags = []
    remove_tags: Tags = []
    owner: Name = ""
    base_id: UUID | None = None
    settings: ParseSettingsIn | None = None
    as_draft: bool = False

    @model_validator(mode="after")
    def _reads(self) -> Self:
        if self.action != "reparse" and (self.settings is not None or self.as_draft):
            raise ValueError("only parsing again has settings")
        return self

    @model_validator(mode="after")
    def _knows_where(self) -> Self:
        if (self.action == "move") != (self.base_id is not None):
            raise ValueError("a move, and nothing else, names a base")
        return self

    def wish(self) -> BulkWish:
        """What to do to each."""
        tags = tuple(tag.strip() for tag in self.add_tags)
        gone = tuple(tag.strip() for tag in self.remove_tags)
        settings = self.settings.settings() if self.settings else None
        return BulkWish(self.action, tags, gone, self.owner.strip(), self.base_id, settings, self.as_draft)


class BulkProblem(Wire):
    """Why it was not done: a stable code and a sentence for people."""

    code: str
    message: str


class BulkItem(Wire):
    """What became of one document; `job_id` is work that goes on."""

    document_id: UUID
    done: bool
    error: BulkProblem | None = None
    job_id: UUID | None = None

    @classmethod
    def of(cls, outcome: BulkOutcome, locale: str) -> Self:
        """The outcome as the contract shows it."""
        wrong = outcome.error
        error = None if wrong is None else BulkProblem(code=wrong.code, message=wrong.sentence(locale))
        return cls(document_id=outcome.document_id, done=error is None, error=error, job_id=outcome.job_id)


class BulkResult(Wire):
    """One item for each document, in the order they were named."""

    items: list[BulkItem]


class ImpactView(Wire):
    """What deleting a document touches; `regression_questions` is null where none are kept."""

    chunks: int
    answers: int
    recent_answers: int
    faqs: int
    regression_questions: int | None

    @classmethod
    def of(cls, impact: Impact) -> Self:
        """The impact as the contract shows it."""
        return cls(**{name: getattr(impact, name) for name in cls.model_fields})


class UseView(Wire):
    """An answer that quoted a document or a chunk."""

    answer_id: UUID
    conversation_id: UUID
    question: str
    answer: str
    outcome: str | None
    quote: str
    chunk_id: UUID | None
    at: datetime

    @classmethod
    def of(cls, use: Use) -> Self:
        """The use as the contract shows it."""
        return cls(**{name: getattr(use, name) for name in cls.model_fields})


class VersionView(Wire):
    """One version. `hand_dropped`: hand work that no longer fitted, with its texts."""

    number: int
    file_name: str
    size_bytes: int
    sha256: str
    media_type: str
    created_by: str
    created_at: datetime
    chunk_count: int | None
    hand_kept: int
    hand_dropped: list[dict[str, Any]]
    restored_from: int | None

    @classmethod
    def of(cls, version: Version) -> Self:
        """The version as the contract shows it."""
        return cls(**{name: getattr(version, name) for name in cls.model_fields})


class VersionList(Wire):
    """All versions, the newest first; `serving` is the one search sees."""

    items: list[VersionView]
    serving: int


class Started(Wire):
    """Work that goes on as a job."""

    document_id: UUID
    job_id: UUID
