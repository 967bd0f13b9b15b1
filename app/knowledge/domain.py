"""What search is asked and what it answers, and what is put into its index."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.knowledge.lexical import Terms
from app.knowledge.ports import Vectors


class Audience(StrEnum):
    """Who reads; each may read what the one before may. Only evaluations read scratch bases."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    STAFF = "staff"
    SCRATCH = "scratch"

    def readable(self) -> list[str]:
        """The audiences of bases this reader may see."""
        if self is Audience.SCRATCH:
            return [self.value]
        order = [Audience.PUBLIC, Audience.SIGNED_IN, Audience.STAFF]
        return [level.value for level in order[: order.index(self) + 1]]


@dataclass(frozen=True)
class SearchRequest:
    """queries: the question as typed, then its rewriting if there is one. base_ids None: every base of the audience."""

    queries: list[str]
    base_ids: list[UUID] | None = None
    audience: Audience = Audience.PUBLIC
    limit: int = 8
    locale: str = "zh-CN"


@dataclass(frozen=True)
class Stage:
    """A hit's place in one stage of the search. rank counts from 1."""

    rank: int
    score: float


@dataclass(frozen=True)
class Hit:
    """A passage that was found. stages: lexical, vector, fused, rerank, as far as it took part in them."""

    chunk_id: UUID
    document_id: UUID | None
    faq_id: UUID | None
    base_id: UUID
    title: str
    heading_path: tuple[str, ...]
    page: int | None
    text: str
    question: str | None
    score: float
    stages: dict[str, Stage]


@dataclass(frozen=True)
class FaqHit:
    """A curated answer that may be given as it stands. similarity 1.0: the same canonical question."""

    faq_id: UUID
    base_id: UUID
    question: str
    answer: str
    similarity: float


@dataclass(frozen=True)
class SearchResult:
    """hits: best first. confidence in [0, 1] is compared with `threshold`; timings in milliseconds."""

    hits: list[Hit]
    answerable: bool
    confidence: float
    threshold: float
    faq_exact: FaqHit | None = None
    faq_near: FaqHit | None = None
    embedder: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Faq:
    """A curated answer with the ways to ask for it."""

    id: UUID
    base_id: UUID
    questions: tuple[str, ...]
    answer: str
    tags: tuple[str, ...]
    source: str
    created_by: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class NewChunk:
    """A passage as the splitter cut it. char_start, char_end: offsets in the document's plain text.

    chunk_id: the row it shall go on to be, for a passage that was changed by hand.
    """

    position: int
    heading_path: tuple[str, ...]
    page: int | None
    text: str
    char_start: int = 0
    char_end: int = 0
    kind: str = "text"
    question: str | None = None
    chunk_id: UUID | None = None


@dataclass(frozen=True)
class PreparedChunk:
    """A passage ready to be written; `terms` and `vectors` are None when an equal one is already in the index."""

    chunk: NewChunk
    sha256: str
    terms: Terms | None
    vectors: dict[UUID, Vectors] | None


@dataclass(frozen=True)
class PreparedChunks:
    """All passages of one document or FAQ with vectors by every embedder in `embedder_ids`."""

    title: str
    chunks: tuple[PreparedChunk, ...]
    embedder_ids: frozenset[UUID]

    @property
    def embedded(self) -> int:
        """How many passages had to be embedded."""
        return sum(chunk.vectors is not None for chunk in self.chunks)


@dataclass(frozen=True)
class EmbedderCard:
    """One row of the embedder table. threshold: least confidence at which search calls a question answerable."""

    id: UUID
    kind: str
    model: str
    dimensions: int
    state: str
    settings: dict[str, Any]
    fitted: bytes | None
    threshold: float
    calibration: dict[str, Any]
    created_at: datetime
