"""Wire shapes of reading documents: pages with their passages, settings, and what they would make of a file."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.kernel.wire import Wire
from app.knowledge.document_schemas import BoxView
from app.knowledge.domain import NewChunk
from app.knowledge.parsed import OVERLAP_RANGE, SIZE_RANGE, Method, Ocr, ParseSettings
from app.knowledge.parsing.store import PlacedChunk
from app.knowledge.parsing.trial import Trial

MOST_SHOWN = 200


class ParseSettingsIn(Wire):
    """How a document is to be cut; see ParseSettings."""

    method: Method = "headings"
    size: Annotated[int, Field(ge=SIZE_RANGE[0], le=SIZE_RANGE[1])] = 800
    overlap: Annotated[int, Field(ge=OVERLAP_RANGE[0], le=OVERLAP_RANGE[1])] = 80
    ocr: Ocr = "auto"

    @model_validator(mode="after")
    def overlap_fits(self) -> Self:
        """Half of every passage may be what the one before had already, not more."""
        if self.overlap > self.size // 2:
            raise ValueError("overlap may be at most half of size")
        return self

    def settings(self) -> ParseSettings:
        """As the parser takes them."""
        return ParseSettings(self.method, self.size, self.overlap, self.ocr)


class WithSettings(Wire):
    """A document's settings, or those to read it with."""

    settings: ParseSettingsIn


class DocumentSettings(WithSettings):
    """How a document is cut now. has_draft: whether other settings are being tried."""

    has_draft: bool


class PlacedChunkView(Wire):
    """A passage on a page."""

    chunk_id: UUID
    position: int
    kind: str
    heading: str
    boxes: list[BoxView]

    @classmethod
    def of(cls, chunk: PlacedChunk) -> Self:
        """The record as the contract shows it."""
        heading = chunk.heading_path[-1] if chunk.heading_path else ""
        boxes = [BoxView(**box) for box in chunk.boxes]
        return cls(chunk_id=chunk.id, position=chunk.position, kind=chunk.kind, heading=heading, boxes=boxes)


class PageView(Wire):
    """One page of a document and the passages on it."""

    page: int
    page_count: int
    chunks: list[PlacedChunkView]


class ChunkPage(Wire):
    """Where a passage begins."""

    chunk_id: UUID
    page: int | None


class TrialChunk(Wire):
    """A passage as the settings would cut it."""

    position: int
    kind: str
    heading_path: list[str]
    page: int | None
    text: str
    parent: int | None

    @classmethod
    def of(cls, chunk: NewChunk) -> Self:
        """From the domain."""
        shown = {name: getattr(chunk, name) for name in cls.model_fields if name != "heading_path"}
        return cls(heading_path=list(chunk.heading_path), **shown)


class TrialView(Wire):
    """What the settings would make of a file; of many passages the first `MOST_SHOWN` are told.

    `unread_scans`: pages or pictures that would be read off first, which a preview does not. `archive`: its files
    would become documents of their own.
    """

    title: str
    total: int
    unread_scans: int
    archive: bool
    chunks: list[TrialChunk]

    @classmethod
    def of(cls, trial: Trial) -> Self:
        """From the domain."""
        if (parsed := trial.parsed) is None:
            return cls(title="", total=0, unread_scans=0, archive=True, chunks=[])
        shown = [TrialChunk.of(chunk) for chunk in parsed.chunks[:MOST_SHOWN]]
        unread = len(parsed.wanted_scans)
        return cls(title=parsed.title, total=len(parsed.chunks), unread_scans=unread, archive=False, chunks=shown)
