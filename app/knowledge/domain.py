"""What search is asked and what it answers, and what is put into its index."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.knowledge.lexical import Terms
from app.knowledge.options import SearchOptions
from app.knowledge.ports import Vectors


class Audience(StrEnum):
    """Whom a base is for, and who reads: staff read everything, signed-in customers what is public or theirs.

    A base for `tiers` names the tiers of signed-in customers that may read it. Only evaluations read scratch bases.
    """

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    TIERS = "tiers"
    STAFF = "staff"
    SCRATCH = "scratch"

    def readable(self) -> list[str]:
        """The audiences of bases this reader may see, whatever its tier."""
        if self is Audience.SCRATCH:
            return [self.value]
        if self is Audience.STAFF:
            return [level.value for level in Audience if level is not Audience.SCRATCH]
        return [Audience.PUBLIC.value] if self is Audience.PUBLIC else [Audience.PUBLIC.value, Audience.SIGNED_IN.value]


@dataclass(frozen=True)
class SearchRequest:
    """queries: the question as typed, then its rewriting if there is one. base_ids None: every base of the audience.

    options, explain: for tests only; a live answer has neither.
    tier: what a signed-in reader is beside that. channel: where it asks; None leaves channels out of account.
    noted: how many passages behind the hits are told as well, so that it can be seen what was left out.
    """

    queries: list[str]
    base_ids: list[UUID] | None = None
    audience: Audience = Audience.PUBLIC
    limit: int = 8
    locale: str = "zh-CN"
    options: SearchOptions | None = None
    explain: bool = False
    tier: str | None = None
    channel: str | None = None
    noted: int = 0

    @property
    def readable_tiers(self) -> list[str]:
        """The tiers whose bases this reader may see."""
        known = self.tier is not None and self.audience in (Audience.SIGNED_IN, Audience.TIERS)
        return [self.tier] if known and self.tier else []


@dataclass(frozen=True)
class Stage:
    """A hit's place in one stage of the search. rank counts from 1."""

    rank: int
    score: float


@dataclass(frozen=True)
class PublicPassage:
    """A passage of a document that anybody may read, with its title and headings."""

    document_id: UUID
    title: str
    text: str


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
class Wording:
    """One wording of a question as search looked for it. terms: what it was cut into, in order; meant: pairs of a word
    it says and the words that mean the same; clause: only a part of the question."""

    text: str
    normalised: str
    terms: tuple[str, ...]
    meant: tuple[tuple[str, tuple[str, ...]], ...]
    clause: bool = False


@dataclass(frozen=True)
class Seen:
    """A passage in the list of one stage. rank counts from 1; score: points of BM25, cosine, fused or reranker's."""

    chunk_id: UUID
    rank: int
    score: float


@dataclass(frozen=True)
class Explained:
    """Every stage of a search. passages: all that any stage lists; confidence: what each of them alone is worth.

    A curated answer counts once, by its best phrasing. reranked is the final order, also without a reranker.
    """

    wordings: tuple[Wording, ...]
    passages: dict[UUID, Hit]
    confidence: dict[UUID, float]
    lexical: tuple[Seen, ...]
    vector: tuple[Seen, ...]
    fused: tuple[Seen, ...]
    reranked: tuple[Seen, ...]
    weights: tuple[float, float]
    reranker: str | None = None


@dataclass(frozen=True)
class SearchResult:
    """hits: best first. confidence in [0, 1] is compared with `threshold`; timings in milliseconds.

    noted: those behind the hits, as many as were asked for, without the rest of their passage.
    ask_from: below the threshold, the confidence from which asking back is worth it, by the same calibration.
    """

    hits: list[Hit]
    answerable: bool
    confidence: float
    threshold: float
    faq_exact: FaqHit | None = None
    faq_near: FaqHit | None = None
    embedder: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)
    explained: Explained | None = None
    noted: tuple[Hit, ...] = ()
    ask_from: float = 0.0


@dataclass(frozen=True)
class Faq:
    """A curated answer with the ways to ask for it. version rises with every edit.

    It holds from `valid_from` until just before `valid_until` (None: no limit), in `channels` (none: all of them).
    """

    id: UUID
    base_id: UUID
    questions: tuple[str, ...]
    answer: str
    tags: tuple[str, ...]
    source: str
    created_by: str
    created_at: datetime
    updated_at: datetime
    channels: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    version: int = 1
    updated_by: str = ""


@dataclass(frozen=True)
class FaqContent:
    """Everything people write into an FAQ; see `Faq`."""

    questions: tuple[str, ...]
    answer: str
    tags: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @classmethod
    def of(cls, faq: Faq) -> "FaqContent":
        """What a known FAQ says now."""
        return cls(faq.questions, faq.answer, faq.tags, faq.channels, faq.valid_from, faq.valid_until)


@dataclass(frozen=True)
class FaqFilter:
    """Which FAQs to list. words: in a question or the answer; validity: current, upcoming or expired."""

    base_id: UUID | None = None
    words: str = ""
    tag: str = ""
    channel: str = ""
    validity: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page. Coordinates are fractions of the page, from its top left corner; pages count from 1."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    def as_json(self) -> dict[str, float]:
        """As it is stored and sent."""
        return {"page": self.page, "x0": self.x0, "y0": self.y0, "x1": self.x1, "y1": self.y1}


@dataclass(frozen=True)
class NewChunk:
    """A passage as the splitter cut it. char_start, char_end: offsets in the document's plain text.

    chunk_id: the row it shall go on to be, for a passage that was changed by hand.
    `boxes`: where on its pages it stands. `parent`: the number of the larger passage it was cut from, which is what
    an answer is written from when this one is found.
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
    boxes: tuple[Box, ...] = ()
    parent: int | None = None


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
