"""Wire shapes of reading documents: pages with their passages, settings, and what other settings would give."""

from typing import Annotated, Literal, Self
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
    """A document's settings, or those to try."""

    settings: ParseSettingsIn


class ReparseAccepted(Wire):
    """A document that is being read again; follow `job_id`."""

    document_id: UUID
    job_id: UUID


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
    """A passage as the tried settings would cut it."""

    position: int
    state: Literal["added", "unchanged"]
    kind: str
    heading_path: list[str]
    page: int | None
    text: str
    parent: int | None

    @classmethod
    def of(cls, chunk: NewChunk, kept: bool) -> Self:
        """One passage of a trial."""
        return cls(
            position=chunk.position,
            state="unchanged" if kept else "added",
            kind=chunk.kind,
            heading_path=list(chunk.heading_path),
            page=chunk.page,
            text=chunk.text,
            parent=chunk.parent,
        )


class RemovedChunk(Wire):
    """A passage that would go."""

    chunk_id: UUID
    position: int
    text: str


class TrialView(Wire):
    """What the tried settings would give; of long lists the first `MOST_SHOWN` are shown.

    `unread_scans`: pages or pictures that would be read off first, which a preview does not.
    """

    settings: ParseSettingsIn
    total: int
    added: int
    removed: int
    unchanged: int
    unread_scans: int
    chunks: list[TrialChunk]
    removed_chunks: list[RemovedChunk]

    @classmethod
    def of(cls, settings: ParseSettingsIn, trial: Trial) -> Self:
        """The trial as the contract shows it."""
        pairs = list(zip(trial.parsed.chunks, trial.kept, strict=True))[:MOST_SHOWN]
        gone = trial.removed[:MOST_SHOWN]
        return cls(
            settings=settings,
            total=len(trial.kept),
            added=trial.added,
            removed=len(trial.removed),
            unchanged=trial.kept.count(True),
            unread_scans=len(trial.parsed.wanted_scans),
            chunks=[TrialChunk.of(chunk, kept) for chunk, kept in pairs],
            removed_chunks=[RemovedChunk(chunk_id=c.id, position=c.position, text=c.text) for c in gone],
        )
