"""SQL of reading documents: their settings, and what is on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text, tuple_, update

from app.kernel.database import Session
from app.knowledge.tables import ChunkRow, DocumentRow


@dataclass(frozen=True)
class PlacedChunk:
    """A passage that stands on a page, with its boxes there."""

    id: UUID
    position: int
    kind: str
    heading_path: list[str]
    boxes: list[dict[str, Any]]


@dataclass(frozen=True)
class Standing:
    """Where a passage begins."""

    page: int | None


async def chunk_page(session: Session, document_id: UUID, chunk_id: UUID) -> Standing | None:
    """The page of a passage's first box, else the one it is said to be on; None when there is no such passage."""
    statement = select(ChunkRow.page, ChunkRow.boxes).where(
        ChunkRow.id == chunk_id, ChunkRow.document_id == document_id
    )
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        return None
    return Standing(found.boxes[0]["page"] if found.boxes else found.page)


async def set_parse_settings(session: Session, document_id: UUID, settings: dict[str, Any]) -> None:
    """How the document shall be read from now on."""
    await session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(parse_settings=settings))


_ON_PAGE = text(
    """
    SELECT id, position, kind, heading_path, boxes FROM chunk
    WHERE document_id = :document_id AND boxes @> jsonb_build_array(jsonb_build_object('page', CAST(:page AS int)))
    ORDER BY position
    """
).bindparams(bindparam("document_id"), bindparam("page"))


async def chunks_on_page(session: Session, document_id: UUID, page: int) -> list[PlacedChunk]:
    """The passages with a box on a page, their boxes elsewhere left out."""
    rows = await session.execute(_ON_PAGE, {"document_id": document_id, "page": page})
    return [
        PlacedChunk(row.id, row.position, row.kind, row.heading_path, [b for b in row.boxes if b["page"] == page])
        for row in rows
    ]


@dataclass(frozen=True)
class Part:
    """A passage that is part of a larger one."""

    document_id: UUID
    parent: int
    text: str
    char_start: int
    char_end: int


async def parts_of(session: Session, parents: Sequence[tuple[UUID, int]]) -> list[Part]:
    """All parts of some larger passages in order, those taken out of search left out."""
    statement = (
        select(ChunkRow.document_id, ChunkRow.parent, ChunkRow.text, ChunkRow.char_start, ChunkRow.char_end)
        .where(tuple_(ChunkRow.document_id, ChunkRow.parent).in_(parents), ChunkRow.disabled_at.is_(None))
        .order_by(ChunkRow.document_id, ChunkRow.position)
    )
    rows = await session.execute(statement)
    return [Part(r.document_id, r.parent, r.text, r.char_start, r.char_end) for r in rows]
